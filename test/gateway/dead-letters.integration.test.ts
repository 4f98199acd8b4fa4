import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { type KafkaLog, openKafkaLog } from '../../adapters/kafka/log.ts'
import { currentConfigVersion, currentSettings } from '../../adapters/postgres/config-versions.ts'
import { modelSettings } from '../../contracts/config.ts'
import { deadLettersAnswer, repairAnswer } from '../../contracts/dead-letters.ts'
import { buildBinning } from '../../profiles/index.ts'
import { runCli } from '../cli/run-cli.ts'
import { blindLog } from '../support/blind-log.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { storeReference } from '../support/reference.ts'
import { scanWorker } from '../support/scan-worker.ts'
import { day, scheduledAfter, values } from '../support/scan-world.ts'
import { servers } from '../support/servers.ts'

let world: GatewayWorld
let log: KafkaLog
let stopWorker: () => Promise<void>
const topic = `letters-${randomBytes(5).toString('hex')}`

const model = {
  log: { topic, keepBadBytes: true },
  features: { amount: { type: 'numeric' }, plan: { type: 'categorical' } },
  window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z', lateness: '1h' },
  serving: { url: 'http://127.0.0.1:1' },
} as const

/** A day of 400 predictions of which 40 could not be read then, and three that never can, of two causes. */
before(async () => {
  world = await gatewayWorld()
  const { db, environment } = world.gate
  const brokers = [servers().kafka]
  const text = JSON.parse((await currentConfigVersion(db))!.text)
  const body = {
    file: 'driftgate.yaml',
    text: JSON.stringify({ ...text, models: { m: model } }),
    paused: true,
  }
  assert.equal((await world.ask('operator', 'config', { method: 'PUT', body })).status, 200)
  const next = mulberry32(1)
  const rows = Array.from({ length: 2_000 }, () => values(next, 0))
  const binning = buildBinning('m', 'b1', modelSettings.parse(model).features, rows, {
    segments: [],
  })
  await storeReference(db, binning, '1', rows)
  await ensureTopic(brokers, topic, 2)
  log = await openKafkaLog(brokers)
  const producer = kafkaClient(brokers).producer()
  await producer.connect()
  const wrong = (id: string, features: object) => ({
    partition: 0,
    value: JSON.stringify({ id, time: '2001-01-01T05:00:00Z', model: 'm', version: '1', features }),
  })
  await producer.send({
    topic,
    messages: [
      ...day(0, 400),
      wrong('x', { amount: 'much' }),
      wrong('y', { amount: '\u001b[31mred' }),
      { partition: 1, value: '[]' },
    ],
  })
  await producer.disconnect()
  const settings = () => currentSettings(db)
  const deps: ScanDeps = { db, log, settings }
  const blind = { ...deps, log: blindLog(log, (text) => /"id":"d0-\d*7"/.test(text)) }
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(blind, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  stopWorker = await scanWorker(environment.prefix, deps)
})
after(async () => {
  await stopWorker?.()
  await log?.close()
  await world?.close()
})

const cli = async (person: string, ...words: string[]) => {
  const token = await world.identity.tokenOf(person)
  return runCli([...words, '--gateway', world.url], { environment: { DRIFTGATE_TOKEN: token } })
}

test('dead letters are grouped by cause, each with its newest example', async () => {
  const { status, out, err } = await cli('operator', 'dead-letters', 'm', '--list', '2')
  assert.equal(status, 0, err)
  assert.match(out, /^m {2}43 dead letters$/m)
  const causes = out.split('\n').filter((line) => line.startsWith('RECORD_MALFORMED'))
  assert.deepEqual(
    causes.map((line) => line.replace(/ from .*/, '')),
    ['RECORD_MALFORMED  40', 'RECORD_MALFORMED  features.amount  2', 'RECORD_MALFORMED  1'],
  )
  assert.ok(
    out.includes(`amount holds text where a number belongs, as in ${topic}/0 at offset 201`),
  )
  assert.match(out, /"amount":"\\\\u001b\[31mred"/, 'what a terminal would obey is spelled out')
  assert.equal(out.match(new RegExp(`^${topic} +\\d +\\d+ +20`, 'gm'))?.length, 2)
})

test('the bytes of a record are for operators, its causes for every reader', async () => {
  const { out } = await cli('viewer', 'dead-letters', 'm', '--output', 'json')
  const answer = deadLettersAnswer.parse(JSON.parse(out))
  assert.deepEqual([answer.unread, answer.repaired, answer.letters.length], [43, 0, 0])
  assert.deepEqual(
    answer.causes.map(({ field, letters, example }) => [field, letters, example.bytes]),
    [
      [null, 40, null],
      ['features.amount', 2, null],
      [null, 1, null],
    ],
  )
  assert.equal((await world.ask(null, 'models/m/dead-letters')).status, 401)
  const refused = await world.ask('viewer', 'models/m/repair', { method: 'POST', body: {} })
  assert.equal(refused.body.code, 'NOT_AUTHORISED')
  assert.equal((await world.ask('viewer', 'models/m/repair')).body.code, 'REPAIR_UNKNOWN')
})

test('read again after a fix, they are counted, and the ledger is still proved', async () => {
  const first = await cli('operator', 'dead-letters', 'm', '--reread')
  assert.equal(first.status, 0, first.err)
  assert.match(first.out, /^40 read and counted, 3 still unreadable$/m)
  const again = await cli('operator', 'dead-letters', 'm', '--reread', '--output', 'json')
  const { result } = repairAnswer.parse(JSON.parse(again.out))
  assert.deepEqual(
    { ...result, reading: null },
    { reading: null, repairs: 0, good: 0, foreign: 0, bad: 3, gone: 0, rejudged: 0, labels: null },
  )
  assert.match(
    (await cli('viewer', 'dead-letters', 'm')).out,
    /^m {2}3 dead letters; repaired: 40$/m,
  )
  const ledger = await cli('viewer', 'ledger', 'm')
  assert.equal(ledger.status, 0, ledger.err)
  assert.match(ledger.out, /^all +2 +400 +3 +0 +0 +0$/m)
  assert.match(ledger.out, /^1 +1 +0 +201 +40 +0 +20/m)
})
