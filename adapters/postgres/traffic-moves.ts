import type { Traffic } from '../../contracts/traffic.ts'
import type { Db } from './pool.ts'

/** One change of the traffic that a release wanted. */
export interface TrafficMove {
  readonly release: string
  readonly model: string
  /** From 0 in a release. */
  readonly seq: number
  readonly before: Traffic
  readonly traffic: Traffic
  readonly expectedGeneration: string
  /** A person, or `rule:<name>`. */
  readonly by: string
  readonly reason: string
  readonly askedAt: Date
  /** Null: nobody knows yet whether it came through. */
  readonly movedAt: Date | null
  readonly generation: string | null
  /** Why it was refused; null: it was not. */
  readonly refused: string | null
}

const select = `
  select release, model, seq, before_traffic as before, traffic,
    expected_generation as "expectedGeneration", by, reason, asked_at as "askedAt",
    moved_at as "movedAt", generation, refused
  from traffic_moves`

export async function findMove(db: Db, release: string, seq: number): Promise<TrafficMove | null> {
  const { rows } = await db.query<TrafficMove>(`${select} where release = $1 and seq = $2`, [
    release,
    seq,
  ])
  return rows[0] ?? null
}

/** In their order. */
export async function listMoves(db: Db, release: string): Promise<TrafficMove[]> {
  const { rows } = await db.query<TrafficMove>(`${select} where release = $1 order by seq`, [
    release,
  ])
  return rows
}

/** Written before the target is touched. */
export async function insertMove(
  db: Db,
  move: Omit<TrafficMove, 'movedAt' | 'generation' | 'refused'>,
): Promise<void> {
  await db.query(
    `insert into traffic_moves (release, model, seq, before_traffic, traffic, expected_generation,
       by, reason, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[move.release, move.model, move.seq, JSON.stringify(move.before)],
      ...[JSON.stringify(move.traffic), move.expectedGeneration, move.by, move.reason],
      move.askedAt,
    ],
  )
}

export async function confirmMove(
  db: Db,
  { release, seq, generation }: { release: string; seq: number; generation: string },
  at: Date,
): Promise<void> {
  await db.query(
    `update traffic_moves set moved_at = $4, generation = $3, refused = null
     where release = $1 and seq = $2 and moved_at is null`,
    [release, seq, generation, at],
  )
}

export async function refuseMove(
  db: Db,
  { release, seq, refused }: { release: string; seq: number; refused: string },
): Promise<void> {
  await db.query(
    `update traffic_moves set refused = $3 where release = $1 and seq = $2 and moved_at is null`,
    [release, seq, refused],
  )
}
