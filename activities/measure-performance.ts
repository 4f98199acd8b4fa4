import { createHash } from 'node:crypto'
import { eachLabelled } from '../adapters/postgres/labelled-predictions.ts'
import { lateWindows, recordLate } from '../adapters/postgres/late-labels.ts'
import {
  type EarlierLoss,
  finalLosses,
  latestLabel,
  recordPerformance,
  type WindowToMeasure,
  windowsInMotion,
  windowsToSettle,
} from '../adapters/postgres/performances.ts'
import { cutOf } from '../adapters/postgres/verdicts.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { LabelPlan, LabelsResult } from '../contracts/label-reading.ts'
import type { PerformanceReport } from '../contracts/performance.ts'
import { biasOf } from '../judging/performance/bias.ts'
import { lossReachMs, surelyOther } from '../judging/performance/final-windows.ts'
import { performanceHeadline } from '../judging/performance/headline.ts'
import { LabelledRows } from '../judging/performance/labelled-rows.ts'
import {
  type EarlierLosses,
  fewestResamples,
  measuredParts,
} from '../judging/performance/measured-parts.ts'
import type { JudgedSettings } from '../judging/performance/rules/index.ts'
import { withStory } from '../judging/performance/story.ts'
import { digestOf } from '../profiles/index.ts'
import { type Estimators, fitEstimators } from './fit-estimators.ts'
import { GapOfWindow } from './gap-of-window.ts'
import { judgeFinal, recordFinal, type StatesToRecord, toldOf } from './judge-final.ts'
import { plannedModel, type ScanDeps } from './scan-deps.ts'
import { tellWhy, type WhyAsked } from './tell-why.ts'

export interface MeasureOptions {
  readonly signal?: AbortSignal
  /** Told after every window how many there were. */
  readonly onWindow?: (windows: number) => void
}

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
  const { labels, window, detection, data } = await plannedModel(deps, plan)
  if (labels === undefined) return { watermark: null, final: 0, provisional: 0 }
  const latest = await latestLabel(deps.db, plan)
  const watermark = latest === null ? null : new Date(latest.getTime() - labels.delay)
  const final =
    watermark === null ? [] : await windowsToSettle(deps.db, plan, watermark, mostWindows)
  const provisional = await windowsInMotion(deps.db, plan, watermark, mostWindows)
  const losses = await lossesBefore(deps, plan, [...final, ...provisional])
  let estimators = await fitEstimators(deps, plan, labels, signal)
  const moment = { plan, settings: { labels, window, detection, data }, watermark, losses }
  let done = 0
  for (const [state, windows] of [
    ['FINAL', final],
    ['PROVISIONAL', provisional],
  ] as const) {
    for (const window of windows) {
      signal?.throwIfAborted()
      await deps.onPhase?.('before performance')
      const { report, states } = await measure(
        deps,
        { ...moment, estimators },
        window,
        state,
        signal,
      )
      if (states === null) await recordPerformance(deps.db, report)
      else await recordFinal(deps.db, report, states)
      await deps.onPhase?.('after performance')
      // What is final now is what later windows of this run are held against.
      if (state === 'FINAL') {
        losses.push(...lossesOf(window, report))
        const isNew = report.parts.some(({ version }) => !estimators.has(version))
        if (isNew) estimators = await fitEstimators(deps, plan, labels, signal)
      }
      onWindow?.(++done)
    }
  }
  await lookAtLate(deps, { ...moment, estimators }, signal)
  return {
    watermark: watermark?.toISOString() ?? null,
    ...{ final: final.length, provisional: provisional.length },
    // An attempt before this one may have judged some of them.
    judged: await toldOf(deps.db, plan),
  }
}

interface Moment {
  readonly plan: LabelPlan
  readonly settings: JudgedSettings & Pick<ModelSettings, 'data'>
  readonly watermark: Date | null
  /** Of final windows that are measured already. */
  readonly losses: readonly EarlierLoss[]
  /** By which windows that are not of their reference are held against what was estimated. */
  readonly estimators: Estimators
}

/** Those that windows may be held against: read once for all of a run. */
async function lossesBefore(
  { db }: ScanDeps,
  { model }: LabelPlan,
  windows: readonly WindowToMeasure[],
): Promise<EarlierLoss[]> {
  if (windows.length === 0) return []
  const first = Math.min(...windows.map(({ start }) => start.getTime()))
  return finalLosses(db, model, new Date(first - lossReachMs))
}

const lossesOf = ({ start, end }: WindowToMeasure, { parts }: PerformanceReport): EarlierLoss[] =>
  parts.flatMap(({ version, segment, labelled: rows, loss, change }) =>
    loss === null ? [] : [{ ...loss, rows, start, end, version, segment, p: change?.p ?? 1 }],
  )

/** What of them a window is held against, in order of time; by version, segment and name of the loss. */
function earlierOf(losses: readonly EarlierLoss[], { start }: WindowToMeasure): EarlierLosses {
  const since = start.getTime() - lossReachMs
  const before = losses
    .filter((loss) => loss.start.getTime() >= since && loss.end <= start && loss.p > surelyOther)
    .toSorted((left, right) => left.start.getTime() - right.start.getTime())
  return ({ version, segment }, name) =>
    before.filter(
      (loss) => loss.version === version && loss.segment === segment && loss.name === name,
    )
}

/**
 * Labels that came after the final measure of their window are counted. Where they are enough, the window is measured once
 * more, beside the final measure: nothing is held against it, and it opens nothing.
 */
async function lookAtLate(
  deps: ScanDeps,
  moment: Moment,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { plan, settings } = moment
  const { remeasure } = settings.labels
  for (const window of await lateWindows(deps.db, plan, mostWindows)) {
    signal?.throwIfAborted()
    const share = window.late / Math.max(1, window.labelled)
    const isEnough = remeasure !== undefined && share >= remeasure
    const alone = { ...moment, losses: [] }
    const look = isEnough ? await measure(deps, alone, window, 'LOOK', signal) : null
    await recordLate(deps.db, plan, window, look?.report ?? null)
  }
}

/** `LOOK`: what a final measure would be with later labels; it is not judged. */
type Measuring = PerformanceReport['state'] | 'LOOK'

async function measure(
  { db }: ScanDeps,
  { plan, settings, watermark, losses, estimators }: Moment,
  window: WindowToMeasure,
  measuring: Measuring,
  signal: AbortSignal | undefined,
): Promise<{ report: PerformanceReport; states: StatesToRecord | null }> {
  const { labels } = settings
  const state = measuring === 'LOOK' ? 'FINAL' : measuring
  const labelCut = cutOf(plan)
  const labelRepairs = plan.repairs ?? 0
  const rows = new LabelledRows(labels)
  const gaps =
    measuring === 'FINAL'
      ? await GapOfWindow.open(db, plan.model, { window, labels }, estimators)
      : null
  const hash = createHash('sha256')
  await eachLabelled(
    db,
    { ...window, labelReading: plan.reading, labelCut, labelRepairs },
    (row) => {
      const { id, version, score, prediction, said, value } = row
      hash.update(`${JSON.stringify([id, version, score, prediction, said, value, row.class])}\n`)
      rows.add(row)
      gaps?.add(row)
    },
    signal,
  )
  const { task, predictions, labelled, withdrawn, unusable } = rows
  const evidence = {
    ...{ reading: window.reading, cut: window.cut, repairs: window.repairs },
    ...{ labelReading: plan.reading, labelCut, rows: hash.digest('hex') },
    ...(labelRepairs > 0 && { labelRepairs }),
  }
  const bias = biasOf(rows.scores)
  const groups = rows.groups()
  const parts = measuredParts(groups, labels, {
    earlier: earlierOf(losses, window),
    // A window is measured provisionally as often as labels for it come.
    ...(state === 'PROVISIONAL' && { most: fewestResamples }),
  })
  const final =
    measuring === 'FINAL'
      ? await judgeFinal(...([db, { model: plan.model, settings, window }] as const), {
          task,
          groups,
          parts,
          gapOf: (group) => gaps?.of(group, bias) ?? 'nothing was estimated',
        })
      : null
  const measured = {
    ...{ schema: 'driftgate-performance/1' as const, model: plan.model },
    window: { start: window.start.toISOString(), end: window.end.toISOString() },
    ...{ state, labelsAt: plan.at, watermark: watermark?.toISOString() ?? null },
    ...{ task, predictions, labelled, withdrawn, unusable, bias, parts },
    ...{ configVersion: plan.configVersion, evidence },
  }
  const judged =
    final === null
      ? {}
      : await judgedFinal(db, { plan, settings, window, parts, judgement: final.judgement })
  const told = { ...measured, ...judged }
  const headline = performanceHeadline(told)
  const report = { ...told, headline, evidenceDigest: digestOf({ ...told, headline }) }
  return { report, states: final?.states ?? null }
}

/** A judgement, and why it is what it is. */
async function judgedFinal(db: ScanDeps['db'], asked: WhyAsked) {
  const why = await tellWhy(db, asked)
  return { judgement: withStory(asked.judgement, why), ...why }
}
