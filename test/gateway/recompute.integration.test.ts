import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { recomputeVerdicts } from '../../activities/recompute.ts'
import { lookAtLate } from '../../activities/scan.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { currentConfigVersion, currentSettings } from '../../adapters/postgres/config-versions.ts'
import { modelSettings } from '../../contracts/config.ts'
import { buildBinning } from '../../profiles/index.ts'
import { runCli } from '../cli/run-cli.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { scanWorker } from '../support/scan-worker.ts'
import { day, origin, scheduledAfter, values } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

let world: GatewayWorld
let deps: ScanDeps
const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends.toReversed()) await end()
})

const topic = `recompute-${randomBytes(5).toString('hex')}`
const model = {
  log: { topic },
  features: { amount: { type: 'numeric' }, plan: { type: 'categorical' } },
  window: {
    ...{ length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z', lateness: '1h', rejudge: 0.1 },
  },
  serving: { url: 'http://127.0.0.1:1' },
} as const

const dayStart = (index: number) => new Date(origin + index * 86_400_000).toISOString()

async function cli(person: string, ...words: string[]) {
  const token = await world.identity.tokenOf(person)
  const environment = { DRIFTGATE_TOKEN: token }
  return runCli([...words, '--gateway', world.url], { environment, columns: 200 })
}

before(async () => {
  world = await gatewayWorld()
  ends.push(() => world.close())
  const { db, environment } = world.gate
  const text = JSON.parse((await currentConfigVersion(db))!.text)
  const file = join(tmpdir(), `${topic}.yaml`)
  await writeFile(file, JSON.stringify({ ...text, models: { m: model } }))
  const applied = await cli('operator', 'apply', '--paused', '--config', file)
  assert.equal(applied.status, 0, applied.err)
  const next = mulberry32(1)
  const rows = Array.from({ length: 2_000 }, () => values(next, 0))
  const { features } = modelSettings.parse(model)
  await storeReference(db, buildBinning('m', 'b1', features, rows, { segments: [] }), '1', rows)
  const brokers = [servers().kafka]
  await ensureTopic(brokers, topic, 2)
  const log = await openKafkaLog(brokers)
  ends.push(() => log.close())
  deps = { db, log, settings: () => currentSettings(db) }
  const producer = kafkaClient(brokers).producer()
  await producer.connect()
  ends.push(() => producer.disconnect())
  // Out of order, and with rows that come late for the first day.
  for (const [index, late] of [[0], [2, 0], [1]] as const) {
    // One of the days drifts.
    const own = index === 1 ? day(index, 600, { shift: 1 }) : day(index, 400)
    const messages = [...own, ...(late === undefined ? [] : day(late, 80, { seed: 9 }))]
    await producer.send({ topic, messages })
    const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
    for (const { partition, cut } of plan.partitions) {
      await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
    }
    await judgeWindow(deps, plan)
    await lookAtLate(deps, plan)
  }
  ends.push(await scanWorker(environment.prefix, deps))
})

test('every verdict and second look on record is the same, judged again, and a range is what was asked for', async () => {
  const told = await cli('operator', 'recompute', 'm')
  assert.equal(told.status, 0, told.err)
  assert.equal(told.out, '4 verdicts of m: the same bytes\n')
  const range = ['--from', dayStart(1), '--to', dayStart(2), '--output', 'json']
  const one = JSON.parse((await cli('operator', 'recompute', 'm', ...range)).out)
  assert.deepEqual([one.same, one.verdicts.length], [1, 1])
  assert.equal(one.verdicts[0].window.start, dayStart(1))
  const first = JSON.parse(
    (await cli('operator', 'recompute', 'm', '--window', dayStart(0), '--output', 'json')).out,
  )
  assert.deepEqual(
    first.verdicts.map(({ look, outcome }: { look: number; outcome: string }) => [look, outcome]),
    [
      [0, 'same'],
      [1, 'same'],
    ],
  )
})

test('a verdict of drift names its slices again, and one of a release that looked for none is the same', async () => {
  const { rows } = await deps.db.query(
    "select report ->> 'verdict' as verdict, report -> 'slices' ->> 'sentence' as sentence from verdicts where window_start = $1",
    [dayStart(1)],
  )
  assert.equal(rows[0].verdict, 'DRIFT')
  assert.match(rows[0].sentence, /% of rows have .*amount/)
  await deps.db.query("update verdicts set report = report - 'slices'")
  const told = await cli('operator', 'recompute', 'm')
  assert.equal(told.out, '4 verdicts of m: the same bytes\n')
})

test('a long range is gone through step by step', async () => {
  const all = { model: 'm', from: null, to: null }
  const step = await recomputeVerdicts(deps, all, { most: 1 })
  assert.deepEqual([step.verdicts.length, step.next, step.left], [2, dayStart(1), 2])
  const rest = await recomputeVerdicts(deps, { ...all, from: step.next })
  assert.deepEqual([rest.verdicts.length, rest.next, rest.left], [2, null, 0])
})

test('what was changed is named, with what is on record and what it would be', async () => {
  await deps.db.query(
    `update verdicts set report = jsonb_set(report, '{features,0,primary,score}', '7') where window_start = $1`,
    [dayStart(2)],
  )
  const told = await cli('operator', 'recompute', 'm')
  assert.equal(told.status, 1)
  assert.match(
    told.out,
    /2001-01-03.* differs at features\[0\]\.primary\.score: 7 on record, 0\.\d+ now/,
  )
  assert.match(told.out, /3 verdicts of m: the same bytes; different: 1/)
  assert.match(told.err, /error\[VERDICTS_DIFFER\]: 1 verdict of m /)
})

test('what is not kept any more is said so, and is no failure', async () => {
  const since = '2001-02-01T00:00:00.000Z'
  await deps.db.query('update cuts set lifted_at = $1', [since])
  const told = await cli('operator', 'recompute', 'm', '--window', dayStart(1))
  assert.equal(told.status, 12, told.err)
  assert.match(told.out, /not recomputable since 2001-02-01/)
})

test('only operators, only windows with a verdict, only times', async () => {
  assert.equal((await world.ask('viewer', 'models/m/recompute', { method: 'POST' })).status, 403)
  const none = await cli('operator', 'recompute', 'm', '--window', dayStart(9))
  assert.match(none.err, /error\[VERDICT_UNKNOWN\]/)
  assert.equal((await cli('operator', 'recompute', 'm', '--from', 'soon')).status, 2)
  const both = await cli('operator', 'recompute', 'm', '--window', dayStart(1), '--to', dayStart(2))
  assert.equal(both.status, 2)
})
