import { DriftgateError } from '../../contracts/errors.ts'
import type { LabelSettings } from '../../contracts/label-settings.ts'
import {
  type StreamingDetector,
  type SumChart,
  streamingDetectors,
} from '../../detectors/streaming/index.ts'
import {
  type Learned,
  type SetChart,
  sumThreshold,
  valuesNeeded,
} from '../../statistics/sum-threshold.ts'
import { taskOf } from './labelled-rows.ts'
import type { JudgedSettings } from './rules/rule.ts'
import type { Usual } from './usual.ts'

/** At so many values between alarms a chart is set exactly; others are worked out from it. */
const exactEvery = 500

/** Numbers that grow by half a deviation matter: a slack of half that. */
const shift = 0.5

type Options = Readonly<Record<string, unknown>>

export const detectorOf = ({ performance }: LabelSettings): StreamingDetector | undefined =>
  (streamingDetectors as Readonly<Record<string, StreamingDetector>>)[performance.detector]

const learnedOf = ({ labels, detection }: JudgedSettings, usual: Usual): Learned => ({
  law: taskOf(labels) === 'regression' ? { sd: 1 } : { rate: usual.errors.mean },
  ...{ values: usual.labels, spread: usual.errors.spread, designEffect: detection.designEffect },
})

/** Charts for what is usual as if it were known; the same rate is set once. */
const charts = new Map<string, { options: Options; charts: readonly SumChart[] }>()

function knownCharts(detector: StreamingDetector, law: Learned['law']) {
  const key = `${detector.name} ${JSON.stringify(law)}`
  const known = charts.get(key)
  if (known !== undefined) return known
  const asked =
    'rate' in law
      ? { falseAlarmEvery: exactEvery, inControl: law }
      : { falseAlarmEvery: exactEvery, inControl: { mean: 0, sd: 1 }, shift, direction: 'up' }
  const { options } = detector.setting(asked)
  const found = { options, charts: detector.sums?.charts(options) ?? [] }
  if (charts.size > 500) charts.clear()
  charts.set(key, found)
  return found
}

const asSet = (chart: SumChart): SetChart => ({ ...chart, every: exactEvery })

/** Charts of one stream alarm less often together; the rarer alarms are, the less of them they share. */
const together = (charts: number): number => 1 + 0.4 * (charts - 1)

/** Labels that have to be learned from before the stream can keep to so few alarms; 0: any number does. */
export function labelsNeeded(settings: JudgedSettings, usual: Usual, every: number): number {
  const detector = detectorOf(settings.labels)
  if (detector?.sums === undefined || !isLaw(settings, usual)) return 0
  const learned = learnedOf(settings, usual)
  const [first] = knownCharts(detector, learned.law).charts
  return first === undefined ? 0 : valuesNeeded(asSet(first), learned, every)
}

/** Options of the stream of errors, with so many labels between false alarms; a sentence where there are none. */
export function streamSetting(
  settings: JudgedSettings,
  usual: Usual,
  every: number,
): Options | string {
  const { labels } = settings
  const detector = detectorOf(labels)
  if (detector === undefined) return `there is no streaming detector ${labels.performance.detector}`
  if (!isLaw(settings, usual))
    return `what is usual does not vary: ${usual.labels} labels, all alike`
  const learned = learnedOf(settings, usual)
  try {
    if (detector.sums === undefined) return otherSetting(detector, learned, every)
    const known = knownCharts(detector, learned.law)
    const set = known.charts.map((chart) => {
      const wanted = every * together(known.charts.length)
      const threshold = sumThreshold(asSet(chart), learned, wanted)
      return threshold === null ? [] : [{ slack: chart.slack, threshold }]
    })
    const kept = set.flat()
    if (kept.length === 0)
      return `${usual.labels} labels say too little of what is usual for so few false alarms`
    return detector.sums.with(known.options, kept)
  } catch (error) {
    if (error instanceof DriftgateError && error.code === 'STREAM_FALSE_ALARMS_UNATTAINABLE') {
      return error.message
    }
    throw error
  }
}

/** A detector that takes labels for independent, at the largest setting that it has. */
function otherSetting(
  detector: StreamingDetector,
  { law, values, designEffect, spread }: Learned,
  every: number,
): Options {
  const factor = Math.max(1, designEffect, spread.factor)
  const from = Math.max(30, Math.floor(values / factor))
  const inControl =
    'rate' in law ? { rate: law.rate, labels: from } : { mean: 0, sd: 1, values: from }
  return detector.setting({ falseAlarmEvery: every, inControl }).options
}

const isLaw = ({ labels }: JudgedSettings, { errors }: Usual): boolean =>
  taskOf(labels) === 'regression' ? errors.sd > 0 : errors.mean > 0 && errors.mean < 1
