import { ensureReading, headsOf } from '../adapters/postgres/ledger.ts'
import { referenceInForce } from '../adapters/postgres/references.ts'
import { findPlan, recordPlan } from '../adapters/postgres/verdicts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { recordLayout } from '../contracts/record-layout.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { windowAt } from '../policies/window.ts'
import { digestOf } from '../profiles/index.ts'
import { mustBeTheSame } from './log-identity.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

/**
 * Fixes what one scan reads and judges: the window that follows from the scheduled time, the reading, and the cut,
 * the last stable offset of every partition at this moment. Asked again for the same window, it answers the same.
 *
 * Errors: MODEL_UNKNOWN, REFERENCE_MISSING, KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE (retryable), KAFKA_LOG_RECREATED,
 * KAFKA_LOG_SHRANK.
 */
export async function planScan(
  deps: ScanDeps,
  input: { model: string; scheduledAt: string },
): Promise<ScanPlan> {
  const { model } = input
  const { configVersion, settings } = await scannedModel(deps, model)
  const window = windowAt(settings.window, Date.parse(input.scheduledAt))
  const planned = await findPlan(deps.db, model, new Date(window.start))
  if (planned !== null) return planned
  const reference = await referenceInForce(deps.db, model)
  if (reference === null) throw new DriftgateError('REFERENCE_MISSING', { model })
  const { topic, keepSample, generation } = settings.log
  const definition = {
    model,
    topic,
    ...recordLayout(settings),
    binning: reference.binningDigest,
    bucket: settings.window.bucket,
    anchor: settings.window.anchor,
    ...(!keepSample && { keepSample }),
    ...(generation > 1 && { generation }),
  }
  const reading = {
    id: digestOf(definition).slice(0, 16),
    model,
    topic,
    binning: reference.binningDigest,
    definition,
  }
  const offsets = await deps.log.offsets(topic)
  const found = await deps.log.topicId(topic)
  // A partition that is added to a log that is read begins with its first record, whatever retention left of it.
  const isNew = (await headsOf(deps.db, reading.id)).size === 0
  const starts = offsets.map(({ partition, low }) => ({ partition, from: isNew ? low : 0n }))
  const known = await ensureReading(deps.db, { ...reading, topicId: found }, starts)
  mustBeTheSame({ topic, topicId: known }, found)
  const heads = await headsOf(deps.db, reading.id)
  for (const { partition, lastStable } of offsets) {
    const head = heads.get(partition) ?? 0n
    if (lastStable < head) {
      const details = { topic, partition, end: String(lastStable), head: String(head) }
      throw new DriftgateError('KAFKA_LOG_SHRANK', details)
    }
  }
  await deps.onPhase?.('before plan')
  const plan = await recordPlan(deps.db, {
    model,
    window,
    configVersion,
    reading: reading.id,
    partitions: offsets.map(({ partition, lastStable }) => ({
      partition,
      cut: String(lastStable),
    })),
  })
  await deps.onPhase?.('after plan')
  return plan
}
