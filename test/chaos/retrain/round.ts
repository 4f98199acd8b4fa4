import { setTimeout as sleep } from 'node:timers/promises'
import { transaction } from '../../../adapters/postgres/pool.ts'
import { findSteward } from '../../../adapters/postgres/stewards.ts'
import { tellSteward } from '../../../adapters/temporal/messages.ts'
import { hourMs, origin } from '../../support/scan-world.ts'
import { eventually, persist } from '../persist.ts'
import { championKey } from './champion.ts'
import type { RetrainHouse } from './house.ts'
import { leftBehind, seenOutside } from './outside.ts'

export interface RetrainRoundInput {
  readonly house: RetrainHouse
  /** From 1. */
  readonly number: number
  /** A person asks; otherwise two drifted windows do, as long as nothing holds them. */
  readonly byPerson: boolean
}

/** A JVM that was told to end takes a moment. */
const endsWithinMs = 30_000

/** One retraining, from what is told to the steward until its record says how it ended. */
export async function retrainRound({ house, number, byPerson }: RetrainRoundInput): Promise<void> {
  const { db } = house
  const before = await persist(() => findSteward(db, 'm'))
  const known = before?.lastEndedAt ?? null
  // Of a job that was lost a person has to ask, as everywhere.
  const told = byPerson || before?.held != null ? [request(number)] : drifted(number)
  for (const [signal, message] of told) {
    await persist(() => tellSteward(house.environment, 'm', signal, message))
  }
  await eventually(async () => {
    const state = await findSteward(db, 'm')
    if (state === null || state.retraining !== null || state.wanted !== null) return false
    return state.lastEndedAt !== known && told.every(([, { eventId }]) => heard(state, eventId))
  })
}

const heard = ({ seen }: { readonly seen: readonly string[] }, event: string) =>
  seen.includes(event)

const request = (number: number) =>
  [
    'retrain-requested',
    { eventId: `chaos/asked/${number}`, person: 'chaos', reason: 'to see what becomes of it' },
  ] as const

function drifted(number: number) {
  return [0, 1].map((index) => {
    const day = (number - 1) * 2 + index
    const at = (days: number) => new Date(origin + days * 24 * hourMs).toISOString()
    const message = {
      ...{ eventId: `chaos/verdict/${day}`, model: 'm', verdictId: `m/${day}` },
      ...{ verdict: 'DRIFT' as const, window: { start: at(day), end: at(day + 1) } },
      ...{ evidenceDigest: `${day}`, headline: 'amount has moved' },
    }
    return ['verdict-reached', message] as const
  })
}

/** What is left of the round once everybody is there again, and all that was seen so far, put beside the record. */
export async function tellWhatWasSeen(
  { db, place }: RetrainHouse,
  { number, mayFail }: { readonly number: number; readonly mayFail: boolean },
): Promise<void> {
  const left = await idle(place)
  const { rows } = await persist(() =>
    db.query<{ run_key: string }>('select run_key from retrainings where run_key <> $1', [
      championKey,
    ]),
  )
  const keys = rows.map(({ run_key }) => run_key)
  const seen = await persist(() => seenOutside(place, keys))
  await persist(() =>
    transaction(db, async (one) => {
      await one.query(
        `insert into seen_rounds
         select $1, run_key, $2 from retrainings t
         where run_key <> $3 and not exists (select from seen_rounds r where r.run_key = t.run_key)`,
        [number, mayFail, championKey],
      )
      for (const [table, rows] of Object.entries(seen)) {
        await one.query(`delete from ${table}`)
        await one.query(
          `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`,
          [JSON.stringify(rows)],
        )
      }
      for (const what of left) {
        await one.query('insert into seen_left values ($1, $2)', [number, what])
      }
    }),
  )
}

/** What still runs after a while. */
async function idle(place: RetrainHouse['place']): Promise<string[]> {
  for (const end = performance.now() + endsWithinMs; ; ) {
    const left = await persist(() => leftBehind(place))
    if (left.length === 0 || performance.now() > end) return left
    await sleep(500)
  }
}
