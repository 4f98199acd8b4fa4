import type {
  MeasuredMetric,
  MeasuredPart,
  PerformanceReport,
} from '../../contracts/performance.ts'
import { count, digits, percent } from './digits.ts'

/** The metric that a sentence quotes first, by task. */
const first = { binary: 'roc_auc', multiclass: 'accuracy', regression: 'mae' } as const

/** Beyond it labels come for other predictions than are made. */
const surely = 0.001

/** What a measure says, in one sentence. */
export function performanceHeadline(
  report: Pick<
    PerformanceReport,
    'state' | 'task' | 'predictions' | 'labelled' | 'parts' | 'bias' | 'judgement'
  >,
): string {
  const { state, task, predictions, labelled, parts, bias, judgement } = report
  if (predictions === 0) return 'no prediction of this window is kept'
  const share = `${percent(labelled / predictions)} of ${count(predictions)} predictions have a label`
  const known = state === 'FINAL' ? share : `${share} so far`
  const whole = parts.filter(({ segment, state }) => segment === '' && state === 'MEASURED')
  // What a judgement says of a loss the measure need not say once more.
  const drift = judgement?.verdict === 'DRIFT' ? `; DRIFT: ${judgement.headline}` : null
  if (whole.length === 0) return `${known}: too few to measure by${drift ?? ''}`
  const quoted = whole.flatMap(({ version, metrics }) => {
    const metric = metrics.find(({ name }) => name === first[task]) ?? metrics[0]
    return metric === undefined ? [] : [`${words(metric)} of version ${version}`]
  })
  const biased =
    bias !== null && bias.pValue < surely
      ? `; labels come for other predictions than are made (mean score ${digits(bias.labelled)} with, ${digits(bias.unlabelled)} without)`
      : ''
  const changed = drift ?? whole.flatMap(changeOf).join('')
  return `${quoted.join(', ')}; ${known}${changed}${biased}`
}

function changeOf({ version, loss, change }: MeasuredPart): string[] {
  if (loss === null || change === null) return []
  const { expected, p, windows } = change
  const before = `${digits(expected)} in ${windows} windows before`
  if (p >= surely) return []
  const way = change.difference > 0 ? 'worse' : 'better'
  return [
    `; version ${version} got ${way}: ${loss.name} ${digits(loss.mean)}, ${before} (p ${digits(p)})`,
  ]
}

const words = ({ name, value, low, high }: MeasuredMetric): string => {
  const range = low === null || high === null ? '' : ` (${digits(low)} to ${digits(high)})`
  return `${name} ${value === null ? 'undefined' : digits(value)}${range}`
}
