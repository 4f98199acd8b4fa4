import { commitSlices, headsOf, type Slice } from '../adapters/postgres/ledger.ts'
import { findLabelReading, type LabelReading } from '../adapters/postgres/readings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { predictionRate } from '../contracts/label-settings.ts'
import type { Advanced } from '../contracts/scan.ts'
import type { AdvanceOptions } from './advance-ledger.ts'
import { erasedIdsOf } from './erased-ids.ts'
import { LabelSlice } from './label-slice.ts'
import { markHead, mustGoOn } from './log-epochs.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { readStretch } from './read-stretch.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

export interface AdvanceLabelsInput {
  readonly model: string
  readonly reading: string
  readonly partition: number
  /** Read exactly up to here. */
  readonly to: string
}

/**
 * Advances one partition of the labels of a model exactly to an offset, slice by slice, by the ledger of predictions:
 * each slice is committed as a whole or not at all, so that it can be killed anywhere and called again.
 *
 * Errors: MODEL_UNKNOWN, KAFKA_UNREACHABLE and POSTGRES_UNREACHABLE (retryable), KAFKA_LOG_RECREATED,
 * KAFKA_LOG_REWRITTEN, KAFKA_LOG_SHRANK.
 */
export async function advanceLabels(
  deps: ScanDeps,
  { model, reading: id, partition, to }: AdvanceLabelsInput,
  options: AdvanceOptions = {},
): Promise<Advanced> {
  const reading = await findLabelReading(deps.db, id)
  if (reading === null) {
    throw new DriftgateError('INTERNAL', { reason: `nothing here reads labels by ${id}` })
  }
  const { settings } = await scannedModel(deps, model)
  const rate = predictionRate(settings.labels) ?? 1
  const { keepBadBytes } = settings.log
  return oneAtATime(`${id}/${partition}`, async () => {
    const sum: Advanced = { slices: 0, good: 0, bad: 0, foreign: 0, lost: 0 }
    for (;;) {
      options.signal?.throwIfAborted()
      const from = (await headsOf(deps.db, id)).get(partition)
      if (from === undefined) {
        const reason = `partition ${partition} of ${reading.topic} was never planned`
        throw new DriftgateError('INTERNAL', { reason })
      }
      if (from >= BigInt(to)) {
        // A table is read when it is planned, and has no epochs.
        if (reading.definition.format === 'json') await markHead(deps, reading, partition, from)
        return sum
      }
      await deps.onPhase?.('before fetch')
      const place = { partition, from }
      const { records, signal } = options
      const erased = await erasedIdsOf(deps.db, model)
      const builder = new LabelSlice(reading, place, { keepBadBytes, rate, erased, records })
      const stretch = { ...place, to: BigInt(to), ...(signal && { signal }) }
      const slice = {
        ...(await readLabelSlice(deps, reading, stretch, builder)),
        ...{ erasedHalves: 0, erasure: erased.number },
      }
      await mustStillBeTheSame(deps.log, reading)
      await mustGoOn(deps, reading, partition)
      await deps.onPhase?.('after fetch')
      // Somebody else moved the head meanwhile, or a prediction was erased: this work is thrown away and begins at the new head.
      if (!(await commitSlices(deps.db, [slice], deps.onPhase))) continue
      sum.slices++
      for (const kind of ['good', 'bad', 'foreign', 'lost'] as const) sum[kind] += slice[kind]
      options.onSlice?.(slice.to)
    }
  })
}

async function readLabelSlice(
  { log }: ScanDeps,
  reading: LabelReading,
  stretch: { partition: number; from: bigint; to: bigint; signal?: AbortSignal },
  builder: LabelSlice,
): Promise<Omit<Slice, 'erasedHalves' | 'erasure'>> {
  const { topic } = reading
  const { partition, from } = stretch
  const { next, lost } = await readStretch(log, reading, { topic, ...stretch }, (batch) => {
    for (const record of batch.records) {
      builder.take(record)
      if (builder.full) return { next: BigInt(record.offset) + 1n, full: true }
    }
    return { next: batch.next, full: false }
  })
  const { good, bad, foreign, deadLetters } = builder
  return {
    ...{ reading: reading.id, topic, partition, from, to: next },
    ...{ good, bad, foreign, lost, unread: Number(next - from) - good - bad - foreign - lost },
    ...{ moreRows: 0, ahead: 0, repeated: 0, parts: [], halves: [], predictions: null },
    ...{ deadLetters, labels: builder.labels() },
  }
}
