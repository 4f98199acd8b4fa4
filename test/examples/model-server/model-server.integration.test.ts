import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureTopic } from '../../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../../../adapters/kafka/log.ts'
import { mlflowRegistry } from '../../../adapters/registry/mlflow.ts'
import { mlflowAlias } from '../../../adapters/serving/mlflow-alias.ts'
import { openInference } from '../../../adapters/serving/open-inference.ts'
import type { PredictionEvent } from '../../../contracts/prediction.ts'
import { allTo } from '../../../contracts/traffic.ts'
import { runModelServer } from '../../../examples/model-server/main.ts'
import { servers } from '../../support/servers.ts'
import { type JobFolder, jobFolder } from '../../support/training-cluster.ts'
import { type RunOptions, trainingRun } from '../../support/training-run.ts'

describe('the example model server on MLflow and Kafka', () => {
  const name = `served-${randomBytes(4).toString('hex')}`
  const topic = `${name}.predictions`
  const stop = new AbortController()
  const said: string[] = []
  let folder: JobFolder
  let running: Promise<void>
  let url = ''

  before(async () => {
    folder = await jobFolder()
    const { kafka, mlflow } = servers()
    // Event times are old: no record may be removed for its age.
    await ensureTopic([kafka], topic, 3, { 'retention.ms': '-1' })
    running = runModelServer(
      {
        registry: mlflow,
        brokers: [kafka],
        host: '127.0.0.1',
        port: 0,
        alias: 'champion',
        pollMs: 100,
        models: [{ name: 'loan', registered: name, topic }],
      },
      stop.signal,
      (text) => said.push(text),
    )
    await until(() => said.length > 0)
    url = said[0]?.split(' ').at(-1) ?? ''
  })
  after(async () => {
    stop.abort()
    await running
    await folder.remove()
  })

  /** Registers a version and points the alias at it. */
  async function champion(options: Partial<RunOptions> = {}): Promise<string> {
    const { mlflow } = servers()
    const runKey = randomBytes(6).toString('hex')
    const run = { model: name, runKey, threshold: 100, truth: 100, ...options }
    const path = await trainingRun(folder.path, run)
    const files = new Map<string, Uint8Array>()
    for (const file of ['model.json', 'parity.json']) {
      files.set(file, await readFile(join(path, file)))
    }
    const { version } = await mlflowRegistry(mlflow).register({
      name,
      runKey,
      files,
      metrics: {},
      tags: {},
    })
    const target = mlflowAlias(mlflow)
    const place = { name, alias: 'champion' }
    await target.set(place, allTo(version), (await target.read(place)).generation)
    return version
  }

  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('before the alias names a version nothing is ready and the reason is said', async () => {
    assert.equal((await get('/v2/health/live')).status, 200)
    assert.equal((await get('/v2/health/ready')).status, 503)
    const ready = await get('/v2/models/loan/ready')
    assert.deepEqual([ready.status, ready.body['reason']], [503, 'the alias names no version yet'])
    assert.equal((await get('/v2/models/other')).status, 404)
  })

  test('predictions are in the log, keyed and dated, before they are answered', async () => {
    const version = await champion()
    const client = openInference(url)
    await until(async () => (await client.servedVersion('loan')) === version)
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      id: `p-${index}`,
      time: new Date(Date.UTC(2001, 0, 1) + index * 1_000).toISOString(),
      amount: index % 200,
    }))
    const answer = await client.infer('loan', rows)
    assert.equal(answer.version, version)
    assert.equal(answer.scores.length, 1_000)

    const records = await logged()
    assert.equal(records.length, 1_000)
    for (const { key, timestamp, event } of records) {
      const index = Number(event.id.slice(2))
      assert.deepEqual(event, {
        id: `p-${index}`,
        time: rows[index]?.time,
        model: 'loan',
        version,
        features: { amount: index % 200 },
        score: answer.scores[index],
      })
      assert.deepEqual([key, timestamp], [event.id, Date.parse(event.time)])
    }
  })

  test('a version that fails its parity is refused while the one before serves on', async () => {
    const before = await openInference(url).servedVersion('loan')
    const bad = await champion({
      marked: (files) => {
        const parity = files['parity.json'] as { scores: number[] }
        parity.scores[7] = 0.5
      },
    })
    await until(async () => (await get('/v2/models/loan/ready')).body['refused'] !== null)
    const { status, body } = await get('/v2/models/loan/ready')
    assert.deepEqual([status, body['version']], [200, before])
    assert.match(JSON.stringify(body['refused']), /row 7 is scored/)
    assert.ok(said.some((text) => text.startsWith(`loan refuses version ${bad}`)))
    const good = await champion({ threshold: 150 })
    await until(async () => (await openInference(url).servedVersion('loan')) === good)
  })

  test('a former version answers by its number, and an unlogged request leaves no record', async () => {
    const count = (await logged()).length
    const body = {
      parameters: { log: false },
      inputs: [{ name: 'amount', shape: [1], datatype: 'FP64', data: [120] }],
    }
    const scores = new Map<string, number>()
    for (const version of ['1', '3']) {
      const response = await fetch(`${url}/v2/models/loan/versions/${version}/infer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const answer = (await response.json()) as { outputs: [{ data: [number] }] }
      scores.set(version, answer.outputs[0].data[0])
    }
    assert.ok((scores.get('1') ?? 0) > 0.5 && (scores.get('3') ?? 1) < 0.5)
    assert.equal((await get('/v2/models/loan/versions/99')).status, 404)
    assert.equal((await logged()).length, count)
  })

  async function logged() {
    const brokers = [servers().kafka]
    const admin = kafkaClient(brokers).admin()
    const offsets = await admin.fetchTopicOffsets(topic)
    await admin.disconnect()
    const log = await openKafkaLog(brokers)
    const records: { key: string; timestamp: number; event: PredictionEvent }[] = []
    for (const { partition, low, high } of offsets) {
      const stretch = { topic, partition, from: BigInt(low), to: BigInt(high) }
      for await (const batch of log.read(stretch)) {
        for (const { key, value, timestampMs } of batch.records) {
          const event = JSON.parse(String(value)) as PredictionEvent
          records.push({ key: String(key), timestamp: timestampMs, event })
        }
      }
    }
    await log.close()
    return records
  }
})

async function until(holds: () => boolean | Promise<boolean>, patienceMs = 20_000): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it never came true')
    await sleep(50)
  }
}
