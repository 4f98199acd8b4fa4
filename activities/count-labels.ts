import type { KafkaLog } from '../adapters/kafka/log.ts'
import {
  countedLabels,
  countStretch,
  type LabelCount,
  labelPosition,
} from '../adapters/postgres/label-counts.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { labelDecoder } from '../formats/json-label.ts'
import { brokerTime } from './broker-time.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

export interface CountOptions {
  readonly signal?: AbortSignal
  /** Told after every stretch. */
  readonly onProgress?: (next: bigint) => void
}

/** Labels are kept in steps of about this many records. */
const mostRecords = 10_000

/**
 * How many distinct predictions have a label whose event time is `from` or later, and the latest such time. What was
 * read is kept in PostgreSQL: asked again, only what arrived since is read. A model without a label topic has none.
 *
 * Errors: MODEL_UNKNOWN, KAFKA_TOPIC_UNKNOWN and KAFKA_UNREACHABLE (retryable), KAFKA_LOG_SHRANK.
 */
export async function countLabels(
  deps: ScanDeps,
  input: { model: string; from: string },
  options: CountOptions = {},
): Promise<{ labels: number; upTo: string | null }> {
  const { settings } = await scannedModel(deps, input.model)
  const count = { model: input.model, since: new Date(input.from) }
  if (settings.labels !== undefined) {
    const { topic } = settings.labels
    for (const { partition, low, lastStable } of await deps.log.offsets(topic)) {
      const stretch = { topic, partition, low, to: lastStable }
      await countPartition(deps, count, settings, stretch, options)
    }
  }
  const { labels, upTo } = await countedLabels(deps.db, count)
  return { labels, upTo: upTo?.toISOString() ?? null }
}

interface Stretch {
  readonly topic: string
  readonly partition: number
  readonly low: bigint
  readonly to: bigint
}

async function countPartition(
  deps: ScanDeps,
  count: LabelCount,
  settings: ModelSettings,
  { topic, partition, low, to }: Stretch,
  options: CountOptions,
): Promise<void> {
  for (;;) {
    options.signal?.throwIfAborted()
    const from = await labelPosition(deps.db, count, partition, low)
    if (from > to) {
      const details = { topic, partition, end: String(to), head: String(from) }
      throw new DriftgateError('KAFKA_LOG_SHRANK', details)
    }
    if (from === to) return
    // Labels that retention removed cannot be counted any more; the rest can.
    const begin = from < low ? low : from
    const read = await readLabels(deps.log, settings, count, { topic, partition, from: begin, to })
    await countStretch(deps.db, count, { topic, partition, from, ...read })
    options.onProgress?.(read.to)
  }
}

async function readLabels(
  log: KafkaLog,
  settings: ModelSettings,
  { since }: LabelCount,
  stretch: { topic: string; partition: number; from: bigint; to: bigint },
) {
  const decode = labelDecoder(settings.labels?.paths ?? { id: 'id', time: 'time', label: 'label' })
  const labels: { id: string; timeMs: number }[] = []
  const deadLetters = []
  let to = stretch.to
  for await (const { records, next } of log.read(stretch)) {
    for (const { offset, value, timestampMs } of records) {
      const result = decode({ value, timestampMs })
      if (result.kind === 'bad') {
        deadLetters.push({
          offset: BigInt(offset),
          code: 'RECORD_MALFORMED',
          reason: result.reason,
          field: result.field ?? null,
          bytes: settings.log.keepBadBytes ? value : null,
          at: brokerTime(timestampMs),
        })
      } else if (result.timeMs >= since.getTime()) labels.push(result)
    }
    if (labels.length + deadLetters.length >= mostRecords) {
      to = next
      break
    }
  }
  return { to, labels, deadLetters }
}
