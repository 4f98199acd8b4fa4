import type pg from 'pg'
import {
  type RolloutTarget,
  requireAble,
  type TargetState,
  targetState,
} from '../../../adapters/serving/rollout-target.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import type { Health } from '../../../contracts/rollout.ts'
import type { Traffic } from '../../../contracts/traffic.ts'

/** What somebody outside keeps: the traffic and every change of it, what the log would say, what people were told. */
export const outsideTables = `
  create table outside_traffic (name text primary key, traffic jsonb not null, generation integer not null);
  create table outside_changes (id bigint generated always as identity, name text not null, traffic jsonb not null,
    by_us boolean not null, at timestamptz not null default clock_timestamp());
  create table outside_health (name text primary key, state text not null);
  create table seen_orders (release text not null, command text not null, outcome text not null);
  create table seen_ends (release text primary key, name text not null, kind text not null)`

/** Somebody changes the traffic, we or another; false: its generation was another one. */
export async function changeTraffic(
  db: pg.Pool,
  change: { name: string; traffic: Traffic; expected: string | null; byUs: boolean },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with changed as (
       update outside_traffic set traffic = $2, generation = generation + 1
       where name = $1 and ($3::text is null or generation::text = $3) returning name)
     insert into outside_changes (name, traffic, by_us) select name, $2, $4 from changed`,
    [change.name, JSON.stringify(change.traffic), change.expected, change.byUs],
  )
  return rowCount === 1
}

/** A rollout target that writes down every change, whatever we write down ourselves. `careless`: it minds no generation. */
export function outsideTarget(db: pg.Pool, { careless }: { careless: boolean }): RolloutTarget {
  const target = {
    kind: 'outside',
    abilities: { shadow: true, split: true, compareAndSwap: true },
  }
  const read = async ({ name }: { name: string }): Promise<TargetState> => {
    const { rows } = await db.query<{ traffic: Traffic; generation: string }>(
      'select traffic, generation::text from outside_traffic where name = $1',
      [name],
    )
    const { traffic, generation } = rows[0]!
    return targetState(traffic, careless ? 'any' : generation)
  }
  return {
    ...target,
    read,
    async set(place, asked, expectedGeneration) {
      const { name } = place
      const traffic = requireAble(target, asked)
      const expected = careless ? null : expectedGeneration
      if (!(await changeTraffic(db, { name, traffic, expected, byUs: true }))) {
        const { generation: current } = await read(place)
        throw new DriftgateError('RELEASE_STALE', { release: name, given: `${expected}`, current })
      }
      return read(place)
    },
  }
}

/** What a look at the log would find; AWAY: nobody can read it. */
export async function outsideHealth(db: pg.Pool, name: string): Promise<Health> {
  const { rows } = await db.query<{ state: Health['state'] | 'AWAY' }>(
    'select state from outside_health where name = $1',
    [name],
  )
  const { state } = rows[0]!
  if (state === 'AWAY') throw new DriftgateError('KAFKA_UNREACHABLE', { address: 'nowhere' })
  return {
    ...{ state, reason: `the log is ${state}`, measures: [] },
    ...{ requests: { stable: 900, candidate: 100 }, until: new Date().toISOString() },
  }
}
