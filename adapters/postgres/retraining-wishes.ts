import { type HoldName, holdName, type Parked } from '../../contracts/admission.ts'
import type { Db } from './pool.ts'

export interface RetrainingWish {
  readonly model: string
  readonly since: Date
  readonly priority: number
  readonly critical: boolean
  readonly cost: number
  readonly waitsFor: HoldName
  readonly reason: string
  readonly until: Date | null
  readonly lookAt: Date
}

/** A wish that is put off: since when it waits stays, the rest is as it is now. */
export async function upsertWish(
  db: Db,
  wish: Pick<RetrainingWish, 'model' | 'since' | 'priority' | 'critical' | 'cost'>,
  { by, reason, until, lookAt }: Parked,
): Promise<void> {
  await db.query(
    `insert into retraining_wishes
       (model, since, priority, critical, cost, waits_for, reason, until, look_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (model) do update
     set priority = excluded.priority, critical = excluded.critical, cost = excluded.cost,
         waits_for = excluded.waits_for, reason = excluded.reason, until = excluded.until,
         look_at = excluded.look_at`,
    [
      ...[wish.model, wish.since, wish.priority, wish.critical, wish.cost],
      ...[by, reason, until, lookAt],
    ],
  )
}

/** It has started, or nobody wants it any more. */
export async function deleteWish(db: Db, model: string): Promise<void> {
  await db.query('delete from retraining_wishes where model = $1', [model])
}

/** Every model that would be retrained and may not yet, those that wait the longest first. */
export async function listWishes(db: Db): Promise<RetrainingWish[]> {
  const { rows } = await db.query<Omit<RetrainingWish, 'waitsFor'> & { waitsFor: string }>(
    `select model, since, priority, critical, cost, waits_for as "waitsFor", reason, until,
       look_at as "lookAt"
     from retraining_wishes order by since, model`,
  )
  return rows.map((row) => ({ ...row, waitsFor: holdName.parse(row.waitsFor) }))
}
