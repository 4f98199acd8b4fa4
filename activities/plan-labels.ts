import { findLabelPlan, recordLabelPlan } from '../adapters/postgres/label-cuts.ts'
import { headsOf } from '../adapters/postgres/ledger.ts'
import { ensureLabelReading, type LabelReading } from '../adapters/postgres/readings.ts'
import { lastRepair } from '../adapters/postgres/repairs.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import {
  type LabelPlan,
  type LabelReadingDefinition,
  labelReadingDefinition,
} from '../contracts/label-reading.ts'
import { type LabelSettings, predictionRate } from '../contracts/label-settings.ts'
import type { LabelTable } from '../contracts/label-table.ts'
import { readingId } from '../profiles/index.ts'
import { mustGoOn } from './log-epochs.ts'
import { mustBeTheSame } from './log-identity.ts'
import { readLabelTable, type TableOptions, tablePartition } from './read-label-table.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

/**
 * Fixes which labels are known at the nominal time of a scan: all below the last stable offset of every partition of their
 * topic at this moment, or every row of their table that can be read now. Asked again for the same time, it answers the same. Null: the model has no labels.
 *
 * Errors: MODEL_UNKNOWN, KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE (retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK,
 * KAFKA_LOG_REWRITTEN, those of `readLabelTable`.
 */
export async function planLabels(
  deps: ScanDeps,
  { model, at, window }: Pick<LabelPlan, 'model' | 'at' | 'window'>,
  options: ReadingOptions = {},
): Promise<LabelPlan | null> {
  const { configVersion, settings } = await scannedModel(deps, model)
  const { labels, log } = settings
  if (labels === undefined) return null
  const planned = await findLabelPlan(deps.db, model, new Date(at))
  if (planned !== null) return planned
  const { reading, ends } = await labelReadingInForce(deps, model, { labels, log }, options)
  const partitions = ends.map(({ partition, end }) => ({ partition, cut: String(end) }))
  const repairs = await lastRepair(deps.db, reading.id)
  return recordLabelPlan(deps.db, {
    ...{ model, at, window, configVersion, reading: reading.id, partitions, repairs },
  })
}

export interface ReadingOptions {
  readonly signal?: AbortSignal
  /** Told how many rows of a table were read, after every slice. */
  readonly onSlice?: (next: bigint) => void
}

/** Up to where a partition of labels can be read now. */
export interface LabelEnd {
  readonly partition: number
  readonly end: bigint
}

/**
 * The reading by which the settings say that labels are read; made unless it is there, with the first record. How many rows
 * of a table can be read is only known when they were: they are read at once.
 */
export async function labelReadingInForce(
  deps: Pick<ScanDeps, 'db' | 'log' | 'onPhase'>,
  model: string,
  {
    labels,
    log,
  }: { readonly labels: LabelSettings; readonly log: Pick<ModelSettings['log'], 'keepBadBytes'> },
  options: ReadingOptions = {},
): Promise<{ reading: LabelReading; ends: readonly LabelEnd[] }> {
  const definition = labelReadingDefinition(model, labels)
  return labels.source === undefined
    ? ofTopic(deps, definition)
    : ofTable(deps, definition, labels.source, {
        ...{ keepBadBytes: log.keepBadBytes, rate: predictionRate(labels) ?? 1, ...options },
      })
}

async function ofTable(
  deps: Pick<ScanDeps, 'db' | 'onPhase'>,
  definition: LabelReadingDefinition,
  source: LabelTable,
  options: TableOptions,
): Promise<{ reading: LabelReading; ends: readonly LabelEnd[] }> {
  const { model, topic } = definition
  const reading = await ensureLabelReading(
    deps.db,
    { id: readingId(definition), model, topic, definition, topicId: null },
    [{ partition: tablePartition, from: 0n }],
  )
  const end = await readLabelTable(deps, reading, source, options)
  return { reading, ends: [{ partition: tablePartition, end }] }
}

async function ofTopic(
  deps: Pick<ScanDeps, 'db' | 'log'>,
  definition: LabelReadingDefinition,
): Promise<{ reading: LabelReading; ends: readonly LabelEnd[] }> {
  const { model, topic } = definition
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
  const ends = offsets.map(({ partition, lastStable }) => ({ partition, end: lastStable }))
  return { reading, ends }
}
