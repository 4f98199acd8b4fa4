import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { type KafkaLog, openKafkaLog } from '../../adapters/kafka/log.ts'
import { currentConfigVersion, currentSettings } from '../../adapters/postgres/config-versions.ts'
import { backfillAnswer } from '../../contracts/backfill.ts'
import { modelSettings } from '../../contracts/config.ts'
import { buildBinning } from '../../profiles/index.ts'
import { runCli } from '../cli/run-cli.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { scanWorker } from '../support/scan-worker.ts'
import { day, scheduledAfter, values } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

let world: GatewayWorld
let log: KafkaLog
let stopWorker: () => Promise<void>
const topic = `backfill-${randomBytes(5).toString('hex')}`

const model = {
  log: { topic },
  features: { amount: { type: 'numeric' }, plan: { type: 'categorical' } },
  window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z', lateness: '1h' },
  serving: { url: 'http://127.0.0.1:1' },
} as const

const records = (index: number) =>
  day(index, 400).map((message) => ({
    ...message,
    timestamp: String(Date.parse(JSON.parse(message.value).time)),
  }))

async function scan(index: number) {
  const { db } = world.gate
  const deps: ScanDeps = { db, log, settings: () => currentSettings(db) }
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  return judgeWindow(deps, plan)
}

const cli = async (person: string, ...words: string[]) => {
  const token = await world.identity.tokenOf(person)
  return runCli([...words, '--gateway', world.url], { environment: { DRIFTGATE_TOKEN: token } })
}

/** The configuration in force with this model in it, as a file. */
async function fileWith(changed: object): Promise<string> {
  const text = JSON.parse((await currentConfigVersion(world.gate.db))!.text)
  const file = join(tmpdir(), `${topic}.yaml`)
  await writeFile(file, JSON.stringify({ ...text, models: { m: changed } }))
  return file
}

before(async () => {
  world = await gatewayWorld()
  const { db, environment } = world.gate
  const applied = await cli('operator', 'apply', '--paused', '--config', await fileWith(model))
  assert.equal(applied.status, 0, applied.err)
  const next = mulberry32(1)
  const rows = Array.from({ length: 2_000 }, () => values(next, 0))
  const { features } = modelSettings.parse(model)
  const binning = buildBinning('m', 'b1', features, rows, { segments: [] })
  await storeReference(db, binning, '1', rows)
  const brokers = [servers().kafka]
  await ensureTopic(brokers, topic, 2)
  log = await openKafkaLog(brokers)
  const producer = kafkaClient(brokers).producer()
  await producer.connect()
  for (const index of [0, 1, 2, 3]) await producer.send({ topic, messages: records(index) })
  await producer.disconnect()
  await scan(0)
  const deps: ScanDeps = { db, log, settings: () => currentSettings(db) }
  startWorker = async () => {
    stopWorker = await scanWorker(environment.prefix, deps)
  }
})
let startWorker: () => Promise<void>
after(async () => {
  await stopWorker?.()
  await log?.close()
  await world?.close()
})

test('apply says that a new reading begins, and from where', async () => {
  await scan(1)
  const file = await fileWith({ ...model, log: { topic, paths: { score: 'features.amount' } } })
  const dry = await cli('operator', 'apply', '--dry-run', '--config', file)
  const { status, out, err } = await cli('operator', 'apply', '--config', file)
  assert.equal(status, 0, err)
  const said = new RegExp(
    `^m: a new reading of ${topic} begins with the window from 2001-01-03`,
    'm',
  )
  assert.match(dry.out, said)
  assert.match(out, said)
  await scan(2)
  const again = await cli('operator', 'apply', '--config', file)
  assert.doesNotMatch(again.out, /reading/)
})

test('a backfill that nobody asked for is unknown, and only operators ask', async () => {
  const none = await cli('viewer', 'backfill', 'm', '--status')
  assert.match(none.err, /error\[BACKFILL_UNKNOWN\]/)
  const refused = await cli('viewer', 'backfill', 'm', '--since', '2001-01-01T00:00:00Z')
  assert.match(refused.err, /error\[NOT_AUTHORISED\]/)
  assert.equal((await cli('operator', 'backfill', 'm')).status, 2)
})

test('it can be stopped, and says so', async () => {
  const body = { since: '2001-01-01T00:00:00Z' }
  const started = await world.ask('operator', 'models/m/backfill', { method: 'POST', body })
  assert.equal(started.body.state, 'running')
  assert.equal((await cli('operator', 'backfill', 'm', '--cancel')).status, 0)
  const state = async () => (await world.ask('viewer', 'models/m/backfill')).body.state
  while ((await state()) === 'running') await new Promise((done) => setTimeout(done, 100))
  assert.equal(await state(), 'cancelled')
})

test('the older records are read in the new way, with sums, and both ledgers are proved', async () => {
  await startWorker()
  const { status, out, err } = await cli('operator', 'backfill', 'm', '--since', '2001-01-01')
  assert.equal(status, 2, `a time without a zone is refused: ${out}${err}`)
  const line = ['backfill', 'm', '--since', '2001-01-01T12:00:00Z'] as const
  const first = await cli('operator', ...line)
  assert.equal(first.status, 0, first.err)
  assert.match(
    first.out,
    /^reading \w{16} of m holds windows from 2001-01-01 on: 800 records read and counted, in 2 slices$/m,
  )
  const again = await cli('operator', ...line)
  assert.match(again.out, /nothing was left to read$/m)
  const { out: json } = await cli('viewer', 'backfill', 'm', '--status', '--output', 'json')
  const answer = backfillAnswer.parse(JSON.parse(json))
  assert.deepEqual([answer.state, answer.progress?.wanted], ['done', 0])
  const ledger = await cli('viewer', 'ledger', 'm', '--slices', '0')
  assert.equal(ledger.status, 0, ledger.err)
  assert.match(ledger.out, /^it holds windows from 2001-01-01 on/m)
  assert.match(ledger.out, /^800 of these offsets were backfilled$/m)
})
