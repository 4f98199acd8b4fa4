import { type BikeFound, falseAlarmEvery } from './bike.ts'
import { pText, type Truth } from './truths.ts'

/** Features differ by at most so much (Kolmogorov-Smirnov), while demand grows by at least so much. */
const promised = { distance: 0.08, growth: 1.7 }
/** The level of the gap. */
const level = 0.001
/** One look a month at as many days between two false alarms. */
const lookLevel = 30 / falseAlarmEvery

export function bikeTruths({
  distances,
  verdicts,
  demand,
  mae,
  gaps,
  loss,
  stream,
}: BikeFound): Truth[] {
  const largest = Math.max(...Object.values(distances))
  const growth = demand.now / demand.before
  return [
    {
      what: 'the weather looks as in the quarter that was learned from',
      found: largest <= promised.distance,
      measured: `KS at most ${largest.toFixed(3)} of ${promised.distance}`,
    },
    {
      what: 'no verdict on the weather calls it drift',
      found: Object.values(verdicts).every(({ verdict }) => verdict === 'NO_DRIFT'),
      measured: verdicts.days.verdict,
    },
    {
      what: 'demand has grown',
      found: growth >= promised.growth,
      measured: `${growth.toFixed(2)} times the quarter's`,
    },
    {
      what: 'an estimate without labels does not see it',
      found: mae.interval !== null && mae.estimated < mae.interval[0],
      measured: `estimated MAE ${mae.estimated.toFixed(1)}, realised ${mae.realised.toFixed(1)}`,
    },
    {
      what: 'the gap of estimate and labels does',
      found: gaps.loss.pOfDays < level && gaps.prediction.pOfDays < level,
      measured: `${gaps.loss.gap.toFixed(1)} of the loss, ${gaps.prediction.gap.toFixed(1)} of the prediction`,
    },
    {
      what: 'the loss against earlier days does, and was quiet before',
      found: loss.month.difference > 0 && loss.month.p < lookLevel && loss.quiet.p >= lookLevel,
      measured: `p ${pText(loss.month.p)} for the month, ${pText(loss.quiet.p)} for the last days of the quarter`,
    },
    {
      what: 'the stream of daily losses alarms within a week, and was quiet before',
      found: (stream.month[0] ?? Number.POSITIVE_INFINITY) < 7 && stream.quiet.length === 0,
      measured: `on day ${(stream.month[0] ?? Number.NaN) + 1}; ${stream.quiet.length} in ${stream.days} quiet days`,
    },
  ]
}
