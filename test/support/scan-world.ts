import { randomBytes } from 'node:crypto'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { ensureTopic } from '../../adapters/kafka/admin.ts'
import { kafkaClient } from '../../adapters/kafka/cluster.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { modelSettings, type SegmentSettings } from '../../contracts/config.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import type { ReferenceKind } from '../../contracts/reference-settings.ts'
import { buildBinning } from '../../profiles/index.ts'
import { configuredDatabase } from './configured-database.ts'
import { mulberry32, normal } from './mulberry32.ts'
import { storeReference } from './reference.ts'
import { servers } from './servers.ts'

export const origin = Date.parse('2001-01-01T00:00:00Z')
export const hourMs = 3_600_000

const settings = {
  log: { topic: '' },
  features: { amount: { type: 'numeric' }, plan: { type: 'categorical' } },
  window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z', lateness: '1h' },
  detection: { minimumRows: 200 },
  serving: { url: 'http://127.0.0.1:1' },
} as const

/** A model with a reference, a topic and a database of its own on the real servers. */
export async function scanWorld(
  options: {
    partitions?: number
    topicSettings?: Record<string, string>
    /** Reads this topic, which is there, instead of one of its own. */
    topic?: string
    /** Instead of the servers of the run. */
    on?: { kafka: string; postgres: string }
    segments?: readonly SegmentSettings[]
    /** As rows of predictions are kept of a model with labels, which it is unless null is given. */
    labels?: Readonly<Record<string, unknown>> | null
    /** How the log is read, besides its topic. */
    log?: Readonly<Record<string, unknown>>
    /** Besides at least 200 rows. */
    detection?: Readonly<Record<string, unknown>>
    /** The training data's alone unless given. */
    references?: Record<
      string,
      { kind: ReferenceKind; last?: string; weeks?: number; holidays?: string[] }
    >
    /** Share of late rows from which a window is judged once more. */
    rejudge?: number
    schemas?: ScanDeps['schemas']
  } = {},
) {
  const { kafka: broker, postgres } = options.on ?? servers()
  const topic = options.topic ?? `scan-${randomBytes(5).toString('hex')}`
  const database = await configuredDatabase(postgres)
  if (options.topic === undefined) {
    await ensureTopic([broker], topic, options.partitions ?? 2, options.topicSettings)
  }
  const { segments = [], log: read = {} } = options
  const detection = { ...settings.detection, ...options.detection }
  const { rejudge } = options
  const window = { ...settings.window, ...(rejudge !== undefined && { rejudge }) }
  const { references, labels = {} } = options
  const own = {
    ...{ log: { ...read, topic }, segments: [...segments], detection, window },
    ...(references && { references }),
    ...(labels && { labels: { topic: `${topic}-labels`, ...labels } }),
  }
  const written = { ...settings, ...own }
  const model = modelSettings.parse(written)
  const next = mulberry32(1)
  // Half of them of one class, where records name one: it stands before the score.
  const prediction = model.log.paths.prediction !== undefined
  const rows = Array.from({ length: 4_000 }, (_, i) =>
    values(next, 0).toSpliced(-1, 0, ...(prediction ? [['yes', 'no'][i % 2]] : [])),
  )
  const binning = buildBinning('m', 'b1', model.features, rows, { segments, prediction })
  await storeReference(database.pool, binning, '1', rows)
  const log = await openKafkaLog([broker])
  const deps: ScanDeps = {
    db: database.pool,
    log,
    settings: async () => ({ id: 1, settings: { models: { m: model } } as never }),
    ...(options.schemas && { schemas: options.schemas }),
  }
  const producer = kafkaClient([broker]).producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  return {
    broker,
    topic,
    database,
    /** The model's settings as a file has them, and with their defaults. */
    written,
    model,
    binning,
    deps,
    send: async (
      messages: {
        value: string | Buffer | null
        partition?: number
        key?: string
        /** The broker's time, milliseconds since 1970; now unless said. */
        timestamp?: string
        headers?: Record<string, string | Buffer>
      }[],
    ) => {
      await producer.send({ topic, messages })
    },
    close: async () => {
      await producer.disconnect()
      await log.close()
      await database.drop()
    },
  }
}

/** Values of one row; `shift` moves the amount by that many standard deviations. */
export function values(next: () => number, shift: number): FeatureValue[] {
  return [normal(next, 100 + 20 * shift, 20), next() < 0.3 ? 'pro' : 'basic', next()]
}

/** Records of one day, evenly over its hours. */
export function day(
  index: number,
  count: number,
  options: { shift?: number; seed?: number; version?: string } = {},
): { value: string; partition: number }[] {
  const next = mulberry32(options.seed ?? index + 100)
  return Array.from({ length: count }, (_, i) => {
    const [amount, plan, score] = values(next, options.shift ?? 0)
    return {
      partition: i % 2,
      value: JSON.stringify({
        id: `d${index}-${i}`,
        time: new Date(origin + index * 24 * hourMs + (i / count) * 24 * hourMs).toISOString(),
        model: 'm',
        version: options.version ?? '1',
        features: { amount, plan },
        score,
      }),
    }
  })
}

/** When the window of that day is scanned: its end and the lateness. */
export const scheduledAfter = (index: number): string =>
  new Date(origin + (index + 1) * 24 * hourMs + hourMs).toISOString()
