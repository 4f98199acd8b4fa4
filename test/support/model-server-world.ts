import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { mlflowRegistry } from '../../adapters/registry/mlflow.ts'
import { mlflowAlias } from '../../adapters/serving/mlflow-alias.ts'
import type { FailedPrediction, PredictionEvent } from '../../contracts/prediction.ts'
import { allTo, type Traffic } from '../../contracts/traffic.ts'
import { runModelServer } from '../../examples/model-server/main.ts'
import { until } from './gate-world.ts'
import { servers } from './servers.ts'
import { jobFolder } from './training-cluster.ts'
import { type RunOptions, trainingRun } from './training-run.ts'

/** A record of a log of the example's model server. */
export interface LoggedRecord {
  readonly key: string
  readonly timestamp: number
  readonly event: PredictionEvent & Partial<Pick<FailedPrediction, 'error'>>
}

/** The example's model server with one model, `loan` unless said, on the real MLflow and Kafka. `deaf`: its topic takes no record. */
export async function modelServerWorld(shadow?: { readonly deaf: boolean }, served = 'loan') {
  const name = `served-${randomBytes(4).toString('hex')}`
  const topic = `${name}.predictions`
  const shadowTopic = `${name}.shadow`
  const place = { name, alias: 'champion' }
  const { kafka, mlflow } = servers()
  const folder = await jobFolder()
  // Event times are old: no record may be removed for its age.
  const keep = { 'retention.ms': '-1' }
  await ensureTopic([kafka], topic, 3, keep)
  const deaf = { ...keep, 'max.message.bytes': '10' }
  if (shadow) await ensureTopic([kafka], shadowTopic, 3, shadow.deaf ? deaf : keep)
  const said: string[] = []
  const stop = new AbortController()
  const model = { name: served, registered: name, topic, ...(shadow && { shadowTopic }) }
  const listen = { host: '127.0.0.1', port: 0 }
  const options = { registry: mlflow, brokers: [kafka], alias: place.alias, pollMs: 100 }
  const running = runModelServer(
    { ...options, ...listen, models: [model] },
    stop.signal,
    (text) => void said.push(text),
  )
  await until(async () => said.length > 0)
  const url = said[0]?.split(' ').at(-1) ?? ''
  const target = mlflowAlias(mlflow)

  async function register(options: Partial<RunOptions> = {}): Promise<string> {
    const runKey = randomBytes(6).toString('hex')
    const run = { model: name, runKey, threshold: 100, truth: 100, ...options }
    const path = await trainingRun(folder.path, run)
    const files = new Map<string, Uint8Array>()
    for (const file of ['model.json', 'parity.json']) {
      files.set(file, await readFile(join(path, file)))
    }
    const candidate = { name, runKey, files, metrics: {}, tags: {} }
    return (await mlflowRegistry(mlflow).register(candidate)).version
  }

  const set = async (traffic: Traffic) =>
    target.set(place, traffic, (await target.read(place)).generation)

  return {
    ...{ name, topic, shadowTopic, said, url, register, set },
    /** Registers a version and points the alias at it. */
    async champion(options: Partial<RunOptions> = {}): Promise<string> {
      const version = await register(options)
      await set(allTo(version))
      return version
    },
    async get(path: string) {
      const response = await fetch(`${url}${path}`)
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    logged,
    async close() {
      stop.abort()
      await running
      await folder.remove()
    },
  }
}

/** All that a topic holds. */
async function logged(topic: string): Promise<LoggedRecord[]> {
  const brokers = [servers().kafka]
  const admin = kafkaClient(brokers).admin()
  const offsets = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const log = await openKafkaLog(brokers)
  const records: LoggedRecord[] = []
  for (const { partition, low, high } of offsets) {
    const stretch = { topic, partition, from: BigInt(low), to: BigInt(high) }
    for await (const batch of log.read(stretch)) {
      for (const { key, value, timestampMs } of batch.records) {
        const event = JSON.parse(String(value)) as LoggedRecord['event']
        records.push({ key: String(key), timestamp: timestampMs, event })
      }
    }
  }
  await log.close()
  return records
}
