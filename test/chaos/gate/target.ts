import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { ModelRegistry } from '../../../adapters/registry/model-registry.ts'
import {
  type RolloutTarget,
  requireAble,
  type TargetState,
  targetState,
} from '../../../adapters/serving/rollout-target.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { allTo } from '../../../contracts/traffic.ts'

/** What somebody outside keeps: the target and every move of it, and what people and chat were seen to be told. */
export const outsideTables = `
  create table outside_target (name text primary key, version text not null, generation integer not null);
  create table outside_moves (id bigint generated always as identity, name text not null, version text not null,
    by_us boolean not null, at timestamptz not null default clock_timestamp());
  create table seen_answers (release text not null, via text not null, person text not null, answer text not null,
    jti text, outcome text, decided_by text, decided_at text);
  create table seen_people (release text not null, person text not null, roles jsonb not null);
  create table seen_waits (release text not null, kind text not null);
  create table seen_judgements (release text not null, event text not null, by text not null, day integer not null,
    verdict text not null);
  create table seen_told (ts text not null, text text not null);
  create table seen_cards (ts text not null, key text, revision integer, headline text not null)`

/** Somebody moves the target, we or another; false: its generation was another one. */
export async function moveTarget(
  db: pg.Pool,
  move: { name: string; version: string; expected: string | null; byUs: boolean },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with moved as (
       update outside_target set version = $2, generation = generation + 1
       where name = $1 and ($3::text is null or generation::text = $3) returning name)
     insert into outside_moves (name, version, by_us) select name, $2, $4 from moved`,
    [move.name, move.version, move.expected, move.byUs],
  )
  return rowCount === 1
}

/** A rollout target that writes down every move, whatever we write down ourselves. */
export function countingTarget(db: pg.Pool): RolloutTarget {
  const abilities = { shadow: false, split: false, compareAndSwap: true }
  const target = { kind: 'counting', abilities }
  const read = async ({ name }: { name: string }): Promise<TargetState> => {
    const { rows } = await db.query<{ version: string; generation: string }>(
      'select version, generation::text from outside_target where name = $1',
      [name],
    )
    return targetState(allTo(rows[0]?.version ?? null), rows[0]?.generation ?? '0')
  }
  return {
    ...target,
    read,
    async set(place, traffic, expected) {
      const { name } = place
      const { stable: version } = requireAble(target, traffic)
      if (!(await moveTarget(db, { name, version, expected, byUs: true }))) {
        const { generation: current } = await read(place)
        throw new DriftgateError('RELEASE_STALE', { release: name, given: expected, current })
      }
      // Room for whoever would move it a second time.
      await sleep(5)
      return read(place)
    },
  }
}

/** Every version there is has one tree that says a half. */
export const readableRegistry: Pick<ModelRegistry, 'version' | 'download' | 'dropAlias'> = {
  dropAlias: async () => undefined,
  version: async (_name, version) => ({ version, runKey: null, tags: {} }),
  download: async (_name, _version, file) => Buffer.from(JSON.stringify(files[file])),
}

const files: Readonly<Record<string, object>> = {
  'model.json': {
    ...{ schema: 'driftgate-model/1', kind: 'gradient-boosted-trees', baseline: 0 },
    features: [],
    trees: [],
  },
  'parity.json': { schema: 'driftgate-parity/1', tolerance: 1e-9, rows: [{}], scores: [0.5] },
}
