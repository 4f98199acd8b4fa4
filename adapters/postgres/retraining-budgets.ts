import type { PoolClient } from 'pg'
import { takeTurn } from './advisory-lock.ts'
import type { Db } from './pool.ts'

export interface Reservation {
  readonly runKey: string
  readonly model: string
  readonly cost: number
  readonly passed: string | null
}

/** One retraining at a time is looked at, until the transaction of `client` is over: what it sees spent stays so. */
export const takeBudgetTurn = (client: PoolClient): Promise<void> =>
  takeTurn(client, 'retraining-budgets')

/** The reservation of a run that has not been given back; null: there is none. */
export async function findReservation(
  db: Db,
  runKey: string,
): Promise<{ passed: string | null } | null> {
  const { rows } = await db.query<{ passed: string | null }>(
    `select passed from retraining_reservations where run_key = $1 and state <> 'released'`,
    [runKey],
  )
  return rows[0] ?? null
}

/** What counts in budgets and was reserved after `since`. */
export async function spentSince(
  db: Db,
  since: Date,
): Promise<{ model: string; atMs: number; cost: number }[]> {
  const { rows } = await db.query<{ model: string; at: Date; cost: number }>(
    `select model, reserved_at as at, cost from retraining_reservations
     where state <> 'released' and reserved_at > $1 order by reserved_at`,
    [since],
  )
  return rows.map(({ model, at, cost }) => ({ model, atMs: at.getTime(), cost }))
}

/** Of a run key that was given back it is reserved anew. */
export async function insertReservation(
  db: Db,
  { runKey, model, cost, passed }: Reservation,
  at: Date,
): Promise<void> {
  await db.query(
    `insert into retraining_reservations (run_key, model, reserved_at, cost, passed)
     values ($1, $2, $3, $4, $5)
     on conflict (run_key) do update
     set reserved_at = excluded.reserved_at, cost = excluded.cost, passed = excluded.passed,
         state = 'reserved', settled_at = null
     where retraining_reservations.state = 'released'`,
    [runKey, model, at, cost, passed],
  )
}

/**
 * What a model reserved for runs that are over, or never were, but for `except`: a run that no cluster was asked for is
 * given back, any other is spent, at what its job reported where it did. A job of which nobody knows the end has cost.
 */
export async function settleReservations(
  db: Db,
  model: string,
  except: string | null,
  at: Date,
): Promise<void> {
  await db.query(
    `update retraining_reservations as reserved
     set state = case when asked.run_key is null then 'released' else 'spent' end,
         cost = coalesce(asked.cost, reserved.cost), settled_at = $3
     from retraining_reservations as each
     left join retrainings as asked
       on asked.run_key = each.run_key and asked.state <> 'prepared'
       and (asked.first_submitting_at is not null or asked.submission_id is not null)
     where each.run_key = reserved.run_key and reserved.model = $1 and reserved.state = 'reserved'
       and reserved.run_key is distinct from $2`,
    [model, except, at],
  )
}
