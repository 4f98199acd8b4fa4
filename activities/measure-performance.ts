import { createHash } from 'node:crypto'
import { eachLabelled } from '../adapters/postgres/labelled-predictions.ts'
import {
  earlierLosses,
  latestLabel,
  recordPerformance,
  type WindowToMeasure,
  windowsInMotion,
  windowsToSettle,
} from '../adapters/postgres/performances.ts'
import type { LabelPlan, LabelsResult } from '../contracts/label-reading.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import type { PerformanceReport } from '../contracts/performance.ts'
import { biasOf } from '../judging/performance/bias.ts'
import { performanceHeadline } from '../judging/performance/headline.ts'
import { LabelledRows } from '../judging/performance/labelled-rows.ts'
import { fewestResamples, measuredParts } from '../judging/performance/measured-parts.ts'
import { digestOf } from '../profiles/index.ts'
import { plannedModel, type ScanDeps } from './scan-deps.ts'

export interface MeasureOptions {
  readonly signal?: AbortSignal
  /** Told after every window how many there were. */
  readonly onWindow?: (windows: number) => void
}

/** So far back windows are held against earlier ones: eight weeks. */
const reachMs = 56 * 86_400_000
/** A window that so surely differs from earlier ones is none to hold later ones against. */
const told = 0.001

/** A run of one scan; what is left the next one does. */
const mostWindows = 200

/**
 * Measures by the labels of a plan how well the model did: every window behind the label watermark that has no final
 * measure gets one; of those ahead of it that of the scan, and those with predictions whose labels came since the plan
 * before, are measured provisionally. The same plan again changes nothing.
 *
 * The watermark is the event time up to which labels are complete enough: the latest label, or the time of the plan
 * where that is earlier, less the declared delay. Where labels stop coming it stands still, and nothing becomes final.
 *
 * Errors: MODEL_UNKNOWN, POSTGRES_UNREACHABLE (retryable).
 */
export async function measurePerformance(
  deps: ScanDeps,
  plan: LabelPlan,
  { signal, onWindow }: MeasureOptions = {},
): Promise<LabelsResult> {
  const { labels } = await plannedModel(deps, plan)
  const latest = await latestLabel(deps.db, plan)
  if (labels === undefined) return { watermark: null, final: 0, provisional: 0 }
  const watermark = latest === null ? null : new Date(latest.getTime() - labels.delay)
  const moment = { plan, labels, watermark }
  const final =
    watermark === null ? [] : await windowsToSettle(deps.db, plan, watermark, mostWindows)
  const provisional = await windowsInMotion(deps.db, plan, watermark, mostWindows)
  let done = 0
  for (const [state, windows] of [
    ['FINAL', final],
    ['PROVISIONAL', provisional],
  ] as const) {
    for (const window of windows) {
      signal?.throwIfAborted()
      await deps.onPhase?.('before performance')
      await recordPerformance(deps.db, await measure(deps, moment, window, state, signal))
      await deps.onPhase?.('after performance')
      onWindow?.(++done)
    }
  }
  return {
    watermark: watermark?.toISOString() ?? null,
    ...{ final: final.length, provisional: provisional.length },
  }
}

interface Moment {
  readonly plan: LabelPlan
  readonly labels: LabelSettings
  readonly watermark: Date | null
}

async function measure(
  { db }: ScanDeps,
  { plan, labels, watermark }: Moment,
  window: WindowToMeasure,
  state: PerformanceReport['state'],
  signal: AbortSignal | undefined,
): Promise<PerformanceReport> {
  const labelCut = Object.fromEntries(plan.partitions.map(({ partition, cut }) => [partition, cut]))
  const rows = new LabelledRows(labels)
  const hash = createHash('sha256')
  await eachLabelled(
    db,
    { ...window, labelReading: plan.reading, labelCut },
    (row) => {
      const { id, version, score, prediction, said, value } = row
      hash.update(`${JSON.stringify([id, version, score, prediction, said, value, row.class])}\n`)
      rows.add(row)
    },
    signal,
  )
  const { task, predictions, labelled, withdrawn, unusable } = rows
  const evidence = {
    ...{ reading: window.reading, cut: window.cut, repairs: window.repairs },
    ...{ labelReading: plan.reading, labelCut, rows: hash.digest('hex') },
  }
  const bias = biasOf(rows.scores)
  const earlier = await earlierLosses(db, plan.model, {
    since: new Date(window.start.getTime() - reachMs),
    before: window.start,
    told,
  })
  const parts = measuredParts(rows.groups(), labels, {
    earlier: ({ version, segment }, name) =>
      earlier.filter(
        (loss) => loss.version === version && loss.segment === segment && loss.name === name,
      ),
    // A window is measured provisionally as often as labels for it come.
    ...(state === 'PROVISIONAL' && { most: fewestResamples }),
  })
  const measured = {
    ...{ schema: 'driftgate-performance/1' as const, model: plan.model },
    window: { start: window.start.toISOString(), end: window.end.toISOString() },
    ...{ state, labelsAt: plan.at, watermark: watermark?.toISOString() ?? null },
    ...{ task, predictions, labelled, withdrawn, unusable, bias, parts },
    ...{ configVersion: plan.configVersion, evidence },
  }
  const headline = performanceHeadline(measured)
  return { ...measured, headline, evidenceDigest: digestOf({ ...measured, headline }) }
}
