import type { PartitionOffsets } from '../adapters/kafka/log.ts'
import { findLabelPlan, recordLabelPlan } from '../adapters/postgres/label-cuts.ts'
import { headsOf } from '../adapters/postgres/ledger.ts'
import { ensureLabelReading, type LabelReading } from '../adapters/postgres/readings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type LabelPlan, labelReadingDefinition } from '../contracts/label-reading.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import { readingId } from '../profiles/index.ts'
import { mustGoOn } from './log-epochs.ts'
import { mustBeTheSame } from './log-identity.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

/**
 * Fixes which labels are known at the nominal time of a scan: all below the last stable offset of every partition of their
 * topic at this moment. Asked again for the same time, it answers the same. Null: the model has no labels.
 *
 * Errors: MODEL_UNKNOWN, KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE (retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK,
 * KAFKA_LOG_REWRITTEN.
 */
export async function planLabels(
  deps: ScanDeps,
  { model, at, window }: Pick<LabelPlan, 'model' | 'at' | 'window'>,
): Promise<LabelPlan | null> {
  const { configVersion, settings } = await scannedModel(deps, model)
  if (settings.labels === undefined) return null
  const planned = await findLabelPlan(deps.db, model, new Date(at))
  if (planned !== null) return planned
  const { reading, offsets } = await labelReadingInForce(deps, model, settings.labels)
  const partitions = offsets.map(({ partition, lastStable }) => ({
    partition,
    cut: String(lastStable),
  }))
  return recordLabelPlan(deps.db, {
    ...{ model, at, window, configVersion, reading: reading.id, partitions },
  })
}

/** The reading by which the settings say that labels are read; made unless it is there, with the first record. */
export async function labelReadingInForce(
  deps: Pick<ScanDeps, 'db' | 'log'>,
  model: string,
  settings: LabelSettings,
): Promise<{ reading: LabelReading; offsets: readonly PartitionOffsets[] }> {
  const definition = labelReadingDefinition(model, settings)
  const { topic } = definition
  const id = readingId(definition)
  const offsets = await deps.log.offsets(topic)
  const topicId = await deps.log.topicId(topic)
  const known = await headsOf(deps.db, id)
  // A partition that is added to a log that is read begins with its first record, whatever retention left of it.
  const starts = offsets.map(({ partition, low }) => ({
    partition,
    from: known.size === 0 ? low : 0n,
  }))
  const reading = await ensureLabelReading(
    deps.db,
    { id, model, topic, definition, topicId },
    starts,
  )
  mustBeTheSame(reading, topicId)
  for (const { partition, lastStable } of offsets) {
    const head = known.get(partition) ?? 0n
    if (lastStable >= head) continue
    const details = { topic, partition, end: String(lastStable), head: String(head) }
    throw new DriftgateError('KAFKA_LOG_SHRANK', details)
  }
  await mustGoOn(deps, reading)
  return { reading, offsets }
}
