import type { EstimatedPart, EstimateReport } from '../../contracts/estimate.ts'
import type { MeasuredMetric } from '../../contracts/performance.ts'
import { count, digits } from './digits.ts'

/** The metric that a sentence quotes first, by task. */
const first = { binary: 'roc_auc', multiclass: 'accuracy', regression: 'mae' } as const

/** What an estimate says, in one sentence. */
export function estimateHeadline({
  task,
  predictions,
  parts,
  judgement,
}: Pick<EstimateReport, 'task' | 'predictions' | 'parts' | 'judgement'>): string {
  if (predictions === 0) return 'no prediction of this window is kept'
  const whole = parts.filter(({ segment }) => segment === '')
  const estimated = whole.filter(({ state }) => state === 'ESTIMATED')
  if (estimated.length === 0) {
    const reasons = new Set(whole.map(({ reason }) => reason ?? ''))
    return `no estimate: ${[...reasons].join('; ')}`
  }
  const told = estimated.map((part) => quoted(part, task)).join(', ')
  const drift = judgement.verdict === 'DRIFT' ? `; DRIFT: ${judgement.headline}` : ''
  return `estimated before the labels of ${count(predictions)} predictions: ${told}${drift}`
}

function quoted({ version, metrics, weighted }: EstimatedPart, task: keyof typeof first): string {
  const of = (all: readonly MeasuredMetric[]) => all.find(({ name }) => name === first[task])
  const metric = of(metrics)
  const anew = weighted === null ? undefined : of(weighted.metrics)
  const shifted =
    anew === undefined ? '' : `, ${words(anew)} by a reference weighted for other inputs`
  return `${first[task]} ${words(metric)} of version ${version}${shifted}`
}

function words(metric: MeasuredMetric | undefined): string {
  if (metric === undefined || metric.value === null) return 'undefined'
  const { value, low, high } = metric
  const range = low === null || high === null ? '' : ` (${digits(low)} to ${digits(high)})`
  return `${digits(value)}${range}`
}
