import { allTo, type Traffic } from '../../contracts/traffic.ts'
import { adoptedFound } from './found-traffic.ts'
import type { Db } from './pool.ts'

/** What our own record says of a rollout target. */
export interface RecordedTraffic {
  /** Null: nothing is known of it yet. */
  readonly traffic: Traffic | null
  /** Since when, as far as it was written down; null: nothing is known. */
  readonly since: Date | null
  /** Where a move of ours that is under way may have left it by now; null: none is. */
  readonly moving: Traffic | null
}

/** A move whose end nobody wrote down may still be under way for so long, or while its release moves traffic. */
const movePatience = '30 minutes'

/** The newest of: a move that was confirmed, what was there at the first look, what a person acknowledged. */
export async function recordedTraffic(db: Db, model: string): Promise<RecordedTraffic> {
  const { rows } = await db.query<{ moved: string | null; at: Date | null; moving: string | null }>(
    `with last as (
       select id, version, moved_at from promotions
       where model = $1 and moved_at is not null order by id desc limit 1)
     select (select version from last) as moved, (select moved_at from last) as at,
       (select version from promotions
        where model = $1 and moved_at is null and id > coalesce((select id from last), 0)
          and (asked_at > now() - $2::interval
            or exists (select from releases where model = $1 and state = 'promoting'))
        order by id desc limit 1) as moving`,
    [model, movePatience],
  )
  const { moved, at, moving } = rows[0]!
  const under = moving === null ? null : allTo(moving)
  const adopted = await adoptedFound(db, model)
  if (moved !== null && !(adopted !== null && at !== null && adopted.since >= at)) {
    return { traffic: allTo(moved), since: at, moving: under }
  }
  return { traffic: adopted?.traffic ?? null, since: adopted?.since ?? null, moving: under }
}
