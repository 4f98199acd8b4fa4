import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { currentSettings, storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { decodeProfile, decodeSample, sampledRows } from '../../profiles/index.ts'
import { settingsFor } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'
import { servers } from '../support/servers.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-reference-'))
const topic = `reference-${randomBytes(5).toString('hex')}`
const start = Date.parse('2024-03-01T00:00:00Z')
let world: GatewayWorld

/** Rows as a file of training data has them. */
function row(next: () => number, shift = 0) {
  return { amount: normal(next, 100 + shift, 20), plan: next() < 0.3 ? 'pro' : 'basic' }
}

before(async () => {
  world = await gatewayWorld({ workerless: true })
  const settings = settingsFor({
    log: { topic },
    features: { amount: { type: 'numeric' }, plan: { type: 'categorical' } },
    segments: ['plan'],
    window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
  })
  const text = JSON.stringify(settings)
  await storeConfigVersion(world.gate.db, { digest: text, text, settings, person: 'test' })
  const next = mulberry32(4)
  const csv = Array.from({ length: 4_000 }, () => row(next)).map(
    ({ amount, plan }) => `${amount},${plan}\n`,
  )
  writeFileSync(join(folder, 'training.csv'), ['amount,plan\n', ...csv, 'a lot,pro\n'].join(''))
  writeFileSync(join(folder, 'other.csv'), 'amount,tariff\n1,pro\n')
  writeFileSync(
    join(folder, 'scored.jsonl'),
    Array.from({ length: 600 }, (_, i) => {
      const logged = { id: `p${i}`, time: '2024-02-01T00:00:00Z', features: row(next), score: 0.25 }
      return `${JSON.stringify(logged)}\n`
    }).join(''),
  )
})
after(async () => {
  await world?.close()
  rmSync(folder, { recursive: true })
})

const give = async (
  file: string,
  version: string,
  { person = 'operator', more = [] as string[] } = {},
) => {
  const environment = { DRIFTGATE_TOKEN: await world.identity.tokenOf(person) }
  const words = ['reference', 'm', '--file', file, '--model-version', version, ...more]
  return runCli([...words, '--gateway', world.url], { environment, folder })
}

test('flat rows without a score become the reference of a version, and a row that cannot be read is told', async () => {
  const run = await give('training.csv', '1')
  assert.equal(run.status, 0, run.err)
  assert.match(run.out, /^reference of version 1 of m: 4,000 rows of training.csv, in force$/m)
  assert.match(run.out, /^1 rows were left out, the first is row 4001: amount holds text/m)
  const { rows } = await world.gate.db.query(
    "select segment, sample is not null as sampled, origin->>'person' as person, origin->>'file' as file from model_references order by segment",
  )
  assert.deepEqual(
    rows.map(({ segment }) => segment),
    ['', 'plan=basic', 'plan=pro'],
  )
  assert.deepEqual(rows[0], {
    segment: '',
    sampled: true,
    person: 'operator',
    file: 'training.csv',
  })
})

test('given again it changes nothing, and another one is refused', async () => {
  const again = await give('training.csv', '1', { more: ['--output', 'json'] })
  assert.equal(JSON.parse(again.out).changed, false)
  const other = await give('scored.jsonl', '1')
  assert.equal(other.status, 1)
  assert.match(other.err, /error\[REFERENCE_EXISTS\]: version 1 of m has another reference already/)
})

test('rows as the log has them keep score and id', async () => {
  const run = await give('scored.jsonl', '2', { more: ['--output', 'json'] })
  assert.equal(run.status, 0, run.err)
  assert.equal(JSON.parse(run.out).rows, 600)
  const { rows } = await world.gate.db.query(
    `select p.bytes, b.binning, r.sample from model_references r
     join profiles p on p.digest = r.profile join binnings b on b.digest = p.binning
     where r.model_version = '2' and r.segment = ''`,
  )
  const { bytes, binning, sample } = rows[0]
  const score = decodeProfile(bytes, binning).features.at(-1)
  assert.deepEqual([score?.binning.name, score?.missing], ['(score)', 0])
  const [first] = sampledRows(decodeSample(sample))
  assert.match(first!.id, /^p\d+$/)
})

test('without a file the references are listed, the newest first', async () => {
  const environment = { DRIFTGATE_TOKEN: await world.identity.tokenOf('viewer') }
  const run = await runCli(['reference', 'm', '--gateway', world.url], { environment, folder })
  const [, newest, first] = run.out.split('\n')
  assert.match(newest!, /^2 +training +600 .*operator, of scored\.jsonl$/)
  assert.match(first!, /^1 +training +4,000 .*operator, of training\.csv$/)
})

describe('refused with its reason is', () => {
  test('rows of no version', async () => {
    const run = await runCli(['reference', 'm', '--file', 'x.csv', '--gateway', world.url])
    assert.match(run.err, /error\[USAGE\]: rows belong to a version/)
  })

  test('a file without one of the features', async () => {
    const { status, err } = await give('other.csv', '3')
    assert.equal(status, 1)
    assert.match(err, /error\[FILE_UNREADABLE\]: other.csv .*no row of it has a value for plan/)
  })

  test('somebody who is no operator', async () => {
    const { err } = await give('training.csv', '3', { person: 'viewer' })
    assert.match(err, /error\[NOT_AUTHORISED\]/)
  })

  test('a binning of other features than the applied ones', async () => {
    const binning = {
      schema: 'driftgate-binning/1',
      model: 'm',
      version: '3',
      features: [{ name: 'plan', kind: 'categorical', categories: ['a'] }],
    }
    const source = { file: 'x', digest: 'sha256:0' }
    const body = { version: '3', binning, profile: '', segments: {}, sample: null, source }
    const answer = await world.ask('operator', 'models/m/references', { method: 'POST', body })
    assert.equal(answer.body.code, 'REFERENCE_UNFIT')
    assert.match(answer.body.detail, /it has no feature amount, \(score\)$/)
  })
})

test('a scan holds the log against it, and says nothing of a score that it does not know', async () => {
  const brokers = [servers().kafka]
  await ensureTopic(brokers, topic, 1)
  const log = await openKafkaLog(brokers)
  const producer = kafkaClient(brokers).producer()
  await producer.connect()
  const next = mulberry32(9)
  const dayMs = 86_400_000
  const messages = [0, 1].flatMap((day) =>
    Array.from({ length: 1_000 }, (_, i) => ({
      value: JSON.stringify({
        ...{ id: `${day}-${i}`, model: 'm', version: '1', score: 0.5 },
        time: new Date(start + day * dayMs + i * 60_000).toISOString(),
        features: row(next, day * 30),
      }),
    })),
  )
  await producer.send({ topic, messages })
  await producer.disconnect()
  const { db } = world.gate
  const deps: ScanDeps = { db, log, settings: () => currentSettings(db) }
  const reports = []
  for (const day of [1, 2]) {
    const scheduledAt = new Date(start + day * dayMs + 6 * 3_600_000).toISOString()
    const plan = await planScan(deps, { model: 'm', scheduledAt })
    for (const { partition, cut } of plan.partitions) {
      await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
    }
    reports.push(await judgeWindow(deps, plan))
  }
  await log.close()
  assert.deepEqual(
    reports.map(({ verdict }) => verdict),
    ['NO_DRIFT', 'DRIFT'],
    reports.map(({ headline }) => headline).join('\n'),
  )
  const names = new Set(reports.flatMap(({ features }) => features.map(({ feature }) => feature)))
  assert.deepEqual([...names].sort(), ['amount', 'plan'])
})
