import type { GateEventKind } from '../../contracts/gate-event.ts'
import type { Db } from './pool.ts'

export interface GateEvent {
  readonly release: string
  readonly kind: GateEventKind
  readonly at: Date
  /** When the chat was told; null: it was not yet. */
  readonly toldAt: Date | null
}

/** Each kind happens once to a release: the same again changes nothing. */
export async function noteGateEvent(db: Db, event: Omit<GateEvent, 'toldAt'>): Promise<void> {
  await db.query(
    `insert into gate_events (release, kind, at) values ($1, $2, $3)
     on conflict (release, kind) do nothing`,
    [event.release, event.kind, event.at],
  )
}

/** In the order they happened. */
export async function listGateEvents(db: Db, release: string): Promise<GateEvent[]> {
  const { rows } = await db.query<GateEvent>(
    `select release, kind, at, told_at as "toldAt" from gate_events
     where release = $1 order by at, kind`,
    [release],
  )
  return rows
}

export async function markTold(
  db: Db,
  { release, kind }: Pick<GateEvent, 'release' | 'kind'>,
  at: Date,
): Promise<void> {
  await db.query(
    'update gate_events set told_at = $3 where release = $1 and kind = $2 and told_at is null',
    [release, kind, at],
  )
}
