import { readingBeside } from '../adapters/postgres/beside.ts'
import { recordJoinedPlan } from '../adapters/postgres/joins.ts'
import { referenceInForce } from '../adapters/postgres/references.ts'
import { findPlan, recordPlan } from '../adapters/postgres/verdicts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { isJoined } from '../contracts/reading.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import { longestSpan } from '../policies/spans.ts'
import { windowAt } from '../policies/window.ts'
import { mustGoOn } from './log-epochs.ts'
import { readingInForce } from './reading-in-force.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'

/**
 * Fixes what one scan reads and judges: the window that follows from the scheduled time, the reading, and the cut,
 * the last stable offset of every partition at this moment. After a new binning came into force, the reading under the
 * one before is counted beside it for as long as the longest span. Asked again for the same window, it answers the same.
 *
 * Errors: MODEL_UNKNOWN, REFERENCE_MISSING, WINDOW_NOT_READ, KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE (retryable),
 * KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK, KAFKA_LOG_REWRITTEN.
 */
export async function planScan(
  deps: ScanDeps,
  input: { model: string; scheduledAt: string },
): Promise<ScanPlan> {
  const { model } = input
  const { configVersion, settings } = await scannedModel(deps, model)
  const window = windowAt(settings.window, Date.parse(input.scheduledAt))
  const planned = await findPlan(deps.db, model, new Date(window.start))
  const withLabels =
    settings.labels === undefined ? {} : { labels: true as const, estimates: true as const }
  if (planned !== null) return { ...planned, ...withLabels }
  const reference = await referenceInForce(deps.db, model)
  if (reference === null) throw new DriftgateError('REFERENCE_MISSING', { model })
  const found = await readingInForce(deps, model, settings, reference.binningDigest)
  const { reading, passages, offsets } = found
  const { topic, windowsFrom } = reading
  for (const { partition, lastStable } of offsets) {
    const head = passages.get(partition)?.head ?? 0n
    if (lastStable < head) {
      const details = { topic, partition, end: String(lastStable), head: String(head) }
      throw new DriftgateError('KAFKA_LOG_SHRANK', details)
    }
  }
  await mustGoOn(deps, reading)
  if (windowsFrom !== null && windowsFrom > new Date(window.start)) {
    const from = windowsFrom.toISOString()
    throw new DriftgateError('WINDOW_NOT_READ', { model, topic, start: window.start, from })
  }
  const start = new Date(window.start)
  const joins = isJoined(reading.definition)
  // What waits is joined in one reading alone.
  const beside = joins ? null : await readingBeside(deps.db, reading, start, longestSpan(settings))
  await deps.onPhase?.('before plan')
  const record = joins ? recordJoinedPlan : recordPlan
  const plan = await record(deps.db, {
    model,
    window,
    configVersion,
    reading: reading.id,
    ...(windowsFrom !== null && {
      began: {
        windowsFrom: windowsFrom.toISOString(),
        offsets: Object.fromEntries(
          [...passages].map(([partition, { began }]) => [partition, String(began)]),
        ),
      },
    }),
    ...(beside !== null && { beside }),
    partitions: offsets.map(({ partition, lastStable }) => ({
      partition,
      cut: String(lastStable),
    })),
  })
  await deps.onPhase?.('after plan')
  return { ...plan, ...withLabels }
}
