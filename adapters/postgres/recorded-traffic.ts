import { allTo, type Traffic, trafficSchema } from '../../contracts/traffic.ts'
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

interface Known {
  readonly traffic: Traffic
  readonly since: Date
}

/** The newest of: what a release has moved, what was there at the first look, what a person acknowledged. */
export async function recordedTraffic(db: Db, model: string): Promise<RecordedTraffic> {
  const steps = await stepsOf(db, model)
  const promotions = await promotionsOf(db, model)
  const adopted = await adoptedFound(db, model)
  // Of two that were written down at the same moment the later in this list says more.
  const known = [promotions.moved, steps.moved, adopted].filter((each) => each !== null)
  const newest = known.reduce<Known | null>(
    (before, each) => (before === null || each.since >= before.since ? each : before),
    null,
  )
  return {
    traffic: newest?.traffic ?? null,
    since: newest?.since ?? null,
    moving: steps.moving ?? promotions.moving,
  }
}

/** Steps of a release, with shares and shadows. */
async function stepsOf(
  db: Db,
  model: string,
): Promise<{ moved: Known | null; moving: Traffic | null }> {
  const { rows } = await db.query<{ traffic: unknown; since: Date | null }>(
    `with last as (
       select id, traffic, moved_at from traffic_moves
       where model = $1 and moved_at is not null order by moved_at desc, id desc limit 1)
     (select traffic, moved_at as since from last)
     union all
     (select m.traffic, null from traffic_moves m left join releases r using (release)
      where m.model = $1 and m.moved_at is null and m.refused is null
        and m.id > coalesce((select id from last), 0)
        and (m.asked_at > now() - $2::interval or r.state = 'promoting')
      order by m.id desc limit 1)`,
    [model, movePatience],
  )
  const [moved, moving] = [rows.find((row) => row.since), rows.find((row) => row.since === null)]
  return {
    moved: moved?.since
      ? { traffic: trafficSchema.parse(moved.traffic), since: moved.since }
      : null,
    moving: moving === undefined ? null : trafficSchema.parse(moving.traffic),
  }
}

/** All of the traffic at once: a first model, or a worker that knows no steps. */
async function promotionsOf(
  db: Db,
  model: string,
): Promise<{ moved: Known | null; moving: Traffic | null }> {
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
  return {
    moved: moved === null || at === null ? null : { traffic: allTo(moved), since: at },
    moving: moving === null ? null : allTo(moving),
  }
}
