import { referenceInForce } from '../adapters/postgres/references.ts'
import { trainingRanges } from '../adapters/postgres/training-ranges.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { RetrainInput } from '../contracts/messages.ts'
import type { OffsetRanges } from '../contracts/training.ts'
import { modelOf, type TrainingDeps } from './training-deps.ts'
import { storeSpec, type TrainingRows } from './training-spec.ts'

type PrepareDeps = Pick<TrainingDeps, 'db' | 'objects' | 'settings' | 'log'>

/**
 * Writes the intent, fixes the exact rows of a retraining and leaves its specification in the run's
 * folder. The prediction log is named by the ledger's offsets, the label log from its first to its
 * last stable offset at this moment; both stay what they are when this is called again.
 *
 * Errors: MODEL_UNKNOWN, TRAINING_NO_ROWS, KAFKA_UNREACHABLE (retryable).
 */
export async function prepareTraining(
  deps: PrepareDeps,
  input: RetrainInput,
): Promise<{ runKey: string }> {
  await storeSpec(deps, input, () => rowsSince(deps, input))
  return { runKey: input.runKey }
}

async function rowsSince(deps: PrepareDeps, input: RetrainInput): Promise<TrainingRows> {
  const { settings, model } = await modelOf(deps, input.model)
  const nothing = (reason: string) =>
    new DriftgateError('TRAINING_NO_ROWS', { model: input.model, from: input.from, reason })
  if (model.labels === undefined) throw nothing('the model has no label topic')
  const { topic } = model.labels
  if (topic === undefined) {
    throw nothing('its labels come from a table, and the training job reads topics')
  }
  const predictions = await trainingRanges(deps.db, {
    model: input.model,
    topic: model.log.topic,
    from: input.from,
    bucketMs: model.window.bucket,
  })
  if (predictions === null) throw nothing('the ledger holds no prediction that late')
  const labels = await wholeTopic(deps, topic)
  if (Object.keys(labels).length === 0) throw nothing('no label has arrived')
  return {
    binning: (await referenceInForce(deps.db, input.model))?.binning ?? null,
    sources: [
      {
        kind: 'kafka',
        ...settings.kafka,
        brokers: settings.kafka.brokers.join(','),
        predictions: { topic: model.log.topic, offsets: predictions.offsets },
        labels: { topic, offsets: labels },
        from: input.from,
        to: predictions.to,
      },
    ],
  }
}

/** From the first to the last stable offset of every partition that holds anything. */
async function wholeTopic(deps: PrepareDeps, topic: string): Promise<OffsetRanges> {
  const ranges: OffsetRanges = {}
  for (const { partition, low, lastStable } of await deps.log.offsets(topic)) {
    if (low < lastStable) ranges[partition] = [String(low), String(lastStable)]
  }
  return ranges
}
