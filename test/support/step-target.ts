import type pg from 'pg'
import { promotionActivities } from '../../activities/promotion.ts'
import { rolloutActivities } from '../../activities/rollouts.ts'
import { wayBackActivities } from '../../activities/way-back.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { openRegistry } from '../../adapters/registry/index.ts'
import { postgresAlias } from '../../adapters/serving/postgres-alias.ts'
import type { Health, HealthState } from '../../contracts/rollout.ts'
import type { Traffic } from '../../contracts/traffic.ts'

const place = { name: 'm', alias: 'champion' }

/** The registry in PostgreSQL and its alias, as they are; no model server follows it, and what it learned is nowhere. */
export const stepTarget = (db: pg.Pool, folder: string) => {
  const deps = {
    db,
    registry: registryIn(db, folder),
    rollout: postgresAlias(db),
    settings: async () => (await currentSettings(db)).settings,
    clock: Date.now,
  }
  return {
    ...promotionActivities(deps),
    ...rolloutActivities(deps),
    ...wayBackActivities(deps),
    async confirmServing() {},
    async confirmTraffic() {},
    async adoptReference() {},
  }
}

const registryIn = (db: pg.Pool, folder: string) =>
  openRegistry({ kind: 'postgres', store: { kind: 'folder', folder } }, { db, secretOf: () => '' })

/** Versions 1 and 2 of `m`, which say a half to everything; 1 is the champion. */
export async function registerVersions(db: pg.Pool, folder: string): Promise<void> {
  const registry = registryIn(db, folder)
  for (const runKey of ['000000000001', 'aaaaaaaaaaaa']) {
    await registry.register({ name: 'm', runKey, files, metrics: {}, tags: {} })
  }
  await registry.setAlias('m', 'champion', '1')
  await db.query(`create table test_health (state text, looks integer not null default 0)`)
  await db.query(`insert into test_health values ('NOT_ENOUGH_DATA')`)
}

const files = new Map(
  Object.entries({
    'model.json': {
      ...{ schema: 'driftgate-model/1', kind: 'gradient-boosted-trees', baseline: 0 },
      features: [],
      trees: [],
    },
    'parity.json': { schema: 'driftgate-parity/1', tolerance: 1e-9, rows: [{}], scores: [0.5] },
  }).map(([file, value]) => [file, Buffer.from(JSON.stringify(value))]),
)

/** What every look finds from now on. */
export const healthIs = (db: pg.Pool, state: HealthState): Promise<unknown> =>
  db.query('update test_health set state = $1', [state])

export async function healthNow(db: pg.Pool): Promise<Health> {
  const { rows } = await db.query<{ state: HealthState }>(
    'update test_health set looks = looks + 1 returning state',
  )
  return {
    ...{ state: rows[0]!.state, reason: `as the test says: ${rows[0]!.state}`, measures: [] },
    ...{ requests: { stable: 900, candidate: 100 }, until: new Date().toISOString() },
  }
}

export const trafficNow = async (db: pg.Pool): Promise<Traffic> =>
  (await postgresAlias(db).read(place)).traffic

/** What somebody else does behind our back. */
export async function moveTrafficAway(db: pg.Pool, traffic: Traffic): Promise<void> {
  const target = postgresAlias(db)
  await target.set(place, traffic, (await target.read(place)).generation)
}
