import type { Traffic } from '../../contracts/traffic.ts'
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

/** Moves of releases at once and in steps; of one that is in both it is the same. */
const moves = `
  select moved_at, asked_at, jsonb_build_object('stable', version, 'canary', null, 'shadow', null) as traffic,
    false as refused
  from promotions where model = $1
  union all
  select moved_at, asked_at, traffic, refused is not null from traffic_moves where model = $1`

/** The newest of: a move that was confirmed, what was there at the first look, what a person acknowledged. */
export async function recordedTraffic(db: Db, model: string): Promise<RecordedTraffic> {
  const { rows } = await db.query<{
    moved: Traffic | null
    at: Date | null
    moving: Traffic | null
  }>(
    `with moves as (${moves}),
     last as (
       select traffic, moved_at from moves where moved_at is not null order by moved_at desc limit 1)
     select (select traffic from last) as moved, (select moved_at from last) as at,
       (select traffic from moves
        where moved_at is null and not refused
          and asked_at > coalesce((select moved_at from last), '-infinity')
          and (asked_at > now() - $2::interval
            or exists (select from releases where model = $1 and state = 'promoting'))
        order by asked_at desc limit 1) as moving`,
    [model, movePatience],
  )
  const { moved, at, moving } = rows[0]!
  const adopted = await adoptedFound(db, model)
  if (moved !== null && !(adopted !== null && at !== null && adopted.since >= at)) {
    return { traffic: moved, since: at, moving }
  }
  return { traffic: adopted?.traffic ?? null, since: adopted?.since ?? null, moving }
}
