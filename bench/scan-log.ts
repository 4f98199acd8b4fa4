import { randomBytes } from 'node:crypto'
import { ensureTopic } from '../adapters/kafka/admin.ts'
import { kafkaClient } from '../adapters/kafka/cluster.ts'
import { modelSettings } from '../contracts/config.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { mulberry32, normal } from '../test/support/mulberry32.ts'

export const partitions = 4
const origin = Date.parse('2024-01-01T00:00:00Z')
const dayMs = 86_400_000
const batchRecords = 2_000
const categories = ['north', 'south', 'east', 'west', 'centre']

export const featureNames = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'c0', 'c1', 'c2']

/** What a scan does besides counting rows. */
export interface ScanExtras {
  /** Keeps a row of each prediction, as for a model with labels. */
  readonly predictions?: boolean
  /** Removes repetitions. */
  readonly dedupe?: boolean
}

/** Seven numeric and three categorical features, one day in buckets of an hour. */
export const modelOn = (topic: string, { predictions, dedupe }: ScanExtras = {}) =>
  modelSettings.parse({
    log: { topic, ...(dedupe && { dedupe: 'exact' }) },
    ...(predictions && { labels: { topic: `${topic}-labels` } }),
    features: {
      ...Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`n${i}`, { type: 'numeric' }])),
      ...Object.fromEntries(
        Array.from({ length: 3 }, (_, i) => [`c${i}`, { type: 'categorical' }]),
      ),
    },
    window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
  })

/** When the day's scan is due. */
export const scheduledAt = new Date(origin + dayMs).toISOString()

/** The features in order, and the score last. */
export function rowValues(next: () => number): FeatureValue[] {
  return [
    ...Array.from({ length: 7 }, (_, i) => normal(next, 10 * i, 1 + i)),
    ...Array.from({ length: 3 }, () => categories[Math.floor(next() * categories.length)]),
    next(),
  ]
}

/** A topic of that many predictions, evenly over a day, uncompressed; and its average bytes per value. */
export async function filledTopic(
  broker: string,
  records: number,
): Promise<{ topic: string; bytesEach: number }> {
  const topic = `bench-${randomBytes(5).toString('hex')}`
  await ensureTopic([broker], topic, partitions)
  const producer = kafkaClient([broker]).producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const next = mulberry32(7)
  let bytes = 0
  try {
    for (let from = 0; from < records; from += batchRecords) {
      const messages = Array.from({ length: Math.min(batchRecords, records - from) }, (_, i) => {
        const value = recordOf(from + i, records, rowValues(next))
        bytes += Buffer.byteLength(value)
        return { partition: (from / batchRecords) % partitions, value }
      })
      await producer.send({ topic, messages })
    }
  } finally {
    await producer.disconnect()
  }
  return { topic, bytesEach: Math.round(bytes / records) }
}

/** `model`: null for a record that names none. */
export function recordOf(
  index: number,
  records: number,
  values: readonly FeatureValue[],
  model: string | null = 'bench',
): string {
  return JSON.stringify({
    id: `p-${index}`,
    time: new Date(origin + Math.floor((index / records) * dayMs)).toISOString(),
    ...(model !== null && { model }),
    version: '1',
    features: Object.fromEntries(featureNames.map((name, i) => [name, values[i]])),
    score: values.at(-1),
  })
}

export async function deleteTopic(broker: string, topic: string): Promise<void> {
  const admin = kafkaClient([broker]).admin()
  await admin.connect()
  try {
    await admin.deleteTopics({ topics: [topic] })
  } finally {
    await admin.disconnect()
  }
}
