import {
  estimatedLosses,
  estimatesToTell,
  recordEstimate,
  windowsToEstimate,
} from '../adapters/postgres/estimates.ts'
import { estimatorsOf } from '../adapters/postgres/estimators.ts'
import { findPlan } from '../adapters/postgres/verdicts.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import type { EstimateReport, EstimatesInput } from '../contracts/estimate.ts'
import type { PerformanceMessage } from '../contracts/performance-finding.ts'
import type { Estimator } from '../judging/performance/estimator.ts'
import { type EstimatingMoment, estimateWindow, lossesOf, reachMs } from './estimate-window.ts'
import { estimatorStandings } from './estimator-standing.ts'
import { askedBy } from './fit-estimators.ts'
import type { MeasureOptions } from './measure-performance.ts'
import { plannedModel, type ScanDeps } from './scan-deps.ts'

/** A run of one scan; what is left the next one does. */
const mostWindows = 200

/**
 * Estimates how well the model did in the window of a scan, and in those before it without an estimate, from what is
 * stored of their predictions: no label of theirs is read, so that labels which are away keep no estimate waiting.
 * Windows of a version without an estimator say so, and are estimated once it has one. The same window again changes
 * nothing. Returns what the steward is to be told: what this scan estimated of windows that are not final yet.
 *
 * Errors: MODEL_UNKNOWN, POSTGRES_UNREACHABLE (retryable).
 */
export async function estimatePerformance(
  deps: ScanDeps,
  { model, window }: Pick<EstimatesInput, 'model' | 'window'>,
  { signal, onWindow }: MeasureOptions = {},
): Promise<PerformanceMessage[]> {
  const scan = new Date(window)
  const plan = await findPlan(deps.db, model, scan)
  if (plan === null) return []
  const { labels, data, window: windows, detection } = await plannedModel(deps, plan)
  if (labels === undefined) return []
  const { asked } = askedBy(model, labels)
  const since = new Date(scan.getTime() - reachMs)
  const estimators = await estimatorsOf<Estimator>(deps.db, { model, asked })
  const moment: EstimatingMoment = {
    ...{ model, estimators, configVersion: plan.configVersion, keepSample: keepsSamples({ data }) },
    settings: { labels, window: windows, detection },
    earlier: await estimatedLosses(deps.db, model, new Date(since.getTime() - reachMs)),
    standing: await estimatorStandings(deps.db, { model }, labels, estimators),
  }
  const wanted = { model, asked, scan, since }
  let done = 0
  for (const found of await windowsToEstimate(deps.db, wanted, mostWindows)) {
    signal?.throwIfAborted()
    await deps.onPhase?.('before estimate')
    const report = await estimateWindow(deps, moment, found, signal)
    const waiting = waitingIn(report)
    await recordEstimate(deps.db, wanted, { report, waiting })
    await deps.onPhase?.('after estimate')
    moment.earlier.push(...lossesOf(report))
    onWindow?.(++done)
  }
  const recorded = await estimatesToTell(deps.db, model, scan)
  return recorded
    .filter(({ waiting }) => waiting.length === 0)
    .map(({ report }) => messageOf(report))
}

const waitingIn = ({ parts }: EstimateReport): string[] =>
  parts
    .filter(({ segment, state }) => segment === '' && state === 'NO_LABELS_YET')
    .map(({ version }) => version)

/** `performance/<model>/estimate/<window start>` is told once. */
function messageOf({
  model,
  window,
  judgement,
  evidenceDigest,
}: EstimateReport): PerformanceMessage {
  const { by, verdict, headline } = judgement
  const eventId = `performance/${model}/${by}/${window.start}`
  return { eventId, model, by, verdict, window, evidenceDigest, headline }
}
