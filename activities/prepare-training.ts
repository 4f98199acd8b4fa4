import { referenceInForce } from '../adapters/postgres/references.ts'
import { trainingRanges } from '../adapters/postgres/training-ranges.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { labelReadingDefinition } from '../contracts/label-reading.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import type { RetrainInput } from '../contracts/messages.ts'
import type { OffsetRanges, TrainingSource } from '../contracts/training.ts'
import { readingId } from '../profiles/index.ts'
import { dataStay } from './data-stays.ts'
import { writeLabelFile } from './label-file.ts'
import { tableSource } from './table-source.ts'
import { modelOf, newRunFolder, type TrainingDeps } from './training-deps.ts'
import { storeSpec, type TrainingRows } from './training-spec.ts'

export type PrepareDeps = Pick<
  TrainingDeps,
  'db' | 'objects' | 'settings' | 'startedWith' | 'log' | 'clock' | 'onPhase'
>

/**
 * Writes the intent, fixes the exact rows of a retraining and leaves its specification in the run's
 * folder. The prediction log is named by the ledger's offsets, the label log from its first to its
 * last stable offset at this moment, labels of a table by a file beside the specification; all of it
 * stays what it is when this is called again.
 *
 * With `retraining.source` the rows are those of files, named by their digests, or of a table, up to this moment.
 *
 * Errors: MODEL_UNKNOWN, DATA_REGION_REFUSED, TRAINING_NO_ROWS, KAFKA_UNREACHABLE and TRAINING_TABLE_UNREACHABLE (retryable).
 */
export async function prepareTraining(
  deps: PrepareDeps,
  input: RetrainInput,
): Promise<{ runKey: string }> {
  await dataStay(deps, input.model)
  const { model } = await modelOf(deps, input.model)
  const from = rowsFrom(input.from, model.retraining.before)
  await storeSpec(deps, input, () => rowsSince(deps, { ...input, from }))
  return { runKey: input.runKey }
}

/** The rows with event time from `from` on, named so that they stay the same. */
export async function rowsSince(deps: PrepareDeps, input: RetrainInput): Promise<TrainingRows> {
  const { settings, model } = await modelOf(deps, input.model)
  const nothing = (reason: string) =>
    new DriftgateError('TRAINING_NO_ROWS', { model: input.model, from: input.from, reason })
  if (model.labels === undefined) throw nothing('the model has no label topic')
  if (model.labels.classes !== undefined) {
    throw nothing('its labels are of several classes, and the training job learns two, or a number')
  }
  const { from } = input
  const binning = (await referenceInForce(deps.db, input.model))?.binning ?? null
  if (model.retraining.source !== undefined) {
    const to = new Date(deps.clock()).toISOString()
    return {
      binning,
      sources: [await tableSource({ ...input, from }, model.retraining.source, to)],
    }
  }
  const predictions = await trainingRanges(deps.db, {
    model: input.model,
    topic: model.log.topic,
    from,
    bucketMs: model.window.bucket,
  })
  if (predictions === null) throw nothing('the ledger holds no prediction that late')
  const labels = await labelsOf(deps, input, model.labels)
  if (labels === null) throw nothing('no label has arrived')
  return {
    binning,
    sources: [
      {
        kind: 'kafka',
        ...settings.kafka,
        brokers: settings.kafka.brokers.join(','),
        predictions: { topic: model.log.topic, offsets: predictions.offsets },
        labels,
        from,
        to: predictions.to,
      },
    ],
  }
}

/** Rows from before the incident are learned from too, where the model says so; ISO 8601. */
const rowsFrom = (from: string, beforeMs: number): string =>
  new Date(Math.max(0, Date.parse(from) - beforeMs)).toISOString()

type SourceOfLabels = Extract<TrainingSource, { kind: 'kafka' }>['labels']

/** Labels of a table are those that the scans have read of it. Null: there are none. */
async function labelsOf(
  deps: PrepareDeps,
  { model, runKey }: RetrainInput,
  labels: LabelSettings,
): Promise<SourceOfLabels | null> {
  if (labels.topic !== undefined) return wholeTopic(deps, labels.topic)
  const reading = readingId(labelReadingDefinition(model, labels))
  const { model: settings } = await modelOf(deps, model)
  return writeLabelFile(deps.db, reading, newRunFolder(deps, settings, { model, runKey }))
}

/** From the first to the last stable offset of every partition that holds anything. */
async function wholeTopic(deps: PrepareDeps, topic: string): Promise<SourceOfLabels | null> {
  const offsets: OffsetRanges = {}
  for (const { partition, low, lastStable } of await deps.log.offsets(topic)) {
    if (low < lastStable) offsets[partition] = [String(low), String(lastStable)]
  }
  return Object.keys(offsets).length === 0 ? null : { topic, offsets }
}
