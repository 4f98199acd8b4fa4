import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { messageOf } from '../../judging/verdict-message.ts'
import { binningDigest, buildBinning } from '../../profiles/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { day, scanWorld, scheduledAfter, values } from '../support/scan-world.ts'

type World = Awaited<ReturnType<typeof scanWorld>>
const worlds: World[] = []
after(() => Promise.all(worlds.map((world) => world.close())))

/** A world with one day of records, planned and read. */
async function readDay(records = day(0, 800)) {
  const world = await scanWorld()
  worlds.push(world)
  await world.send(records)
  const plan = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(world.deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  return { world, plan }
}

/** A reference of rows that lie `shift` standard deviations away, for a version of the model. */
async function adopt({ database, binning }: World, version: string, shift: number, own = binning) {
  const next = mulberry32(7)
  const rows = Array.from({ length: 2_000 }, () => values(next, shift))
  await storeReference(database.pool, own, version, rows)
}

test("rows are held against the reference of their own version, not another's", async () => {
  const { world, plan } = await readDay(day(0, 800, { version: '2', shift: 2 }))
  await adopt(world, '2', 2)
  await adopt(world, '3', 0)
  const report = await judgeWindow(world.deps, plan)
  assert.equal(report.evidence.reference.modelVersion, '2')
  assert.equal(report.verdict, 'NO_DRIFT')
})

test('a window in which the version changed is judged by the version with the most rows', async () => {
  const old = day(0, 300, { seed: 3 })
  const { world, plan } = await readDay([...old, ...day(0, 700, { version: '2' })])
  await adopt(world, '2', 0)
  const report = await judgeWindow(world.deps, plan)
  assert.equal(report.evidence.reference.modelVersion, '2')
  assert.equal(report.rows.good, 700)
})

test('a new binning that came while the log was read does not disturb the scan', async () => {
  const { world, plan } = await readDay()
  const rows = Array.from({ length: 500 }, (_, i) => [i, 'basic', 0.5])
  const other = buildBinning('m', 'b2', world.model.features, rows)
  await adopt(world, '1', 0, other)
  const report = await judgeWindow(world.deps, plan)
  assert.equal(report.evidence.binning, binningDigest(world.binning))
  const next = await planScan(world.deps, { model: 'm', scheduledAt: scheduledAfter(1) })
  assert.notEqual(next.reading, plan.reading, 'the next scan reads under the new one')
})

test('a configuration applied between plan and verdict does not change the verdict', async () => {
  const { world, plan } = await readDay()
  const applied = { ...world.model, detection: { ...world.model.detection, minimumRows: 5_000 } }
  const settings = async () => ({ id: 2, settings: { models: { m: applied } } as never })
  // The stored text of version 1 is what the plan names.
  const { pool } = world.database
  await pool.query('update config_versions set settings = $1', [
    JSON.stringify(storedSettings(world)),
  ])
  await storeConfigVersion(pool, { digest: 'd2', text: '', settings: {}, person: 'test' })
  const report = await judgeWindow({ ...world.deps, settings }, plan)
  assert.equal(report.verdict, 'NO_DRIFT')
  assert.deepEqual(messageOf(report), {
    eventId: `scan/m/${plan.window.start}`,
    model: 'm',
    verdictId: plan.window.start,
    verdict: 'NO_DRIFT',
    window: plan.window,
    evidenceDigest: report.evidenceDigest,
    headline: report.headline,
  })
})

/** Whole settings as a person would have written them for the model of the world. */
const storedSettings = ({ model, broker }: World) => ({
  kafka: { brokers: [broker] },
  postgres: { url: 'postgres://127.0.0.1:1/none' },
  temporal: { address: '127.0.0.1:1' },
  cluster: {
    kind: 'spark-standalone',
    rest: 'http://127.0.0.1:1',
    web: 'http://127.0.0.1:1',
    master: 'local[1]',
    job: { script: 'job.py', python: 'python3' },
  },
  registry: { kind: 'mlflow', url: 'http://127.0.0.1:1' },
  objects: { folder: 'objects' },
  gateway: { url: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:1' },
  models: {
    m: {
      log: { topic: model.log.topic },
      features: model.features,
      window: { length: '1d', bucket: '1h', anchor: model.window.anchor, lateness: '1h' },
      detection: { minimumRows: 200 },
      serving: { url: 'http://127.0.0.1:1' },
    },
  },
})
