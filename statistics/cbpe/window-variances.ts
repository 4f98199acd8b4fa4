import { total } from '../total.ts'
import type { CbpeMetric, ExpectedRows } from './expected.ts'
import { expectedConfusion } from './expected.ts'

/**
 * What one row adds to the variance of a metric, as these rows have it whose labels are 1 with their probabilities: of
 * rates the binomial one, of the area `A` that of Hanley and McNeil (Radiology 143, 1982). Where inputs shifted it is not
 * the reference's: an area of rows that are hard to tell apart varies more. NaN where a metric is not defined; of the
 * average precision nothing is known.
 */
export function windowVariances(
  rows: Omit<ExpectedRows, 'weights'>,
  area: number,
): Readonly<Record<Exclude<CbpeMetric, 'average_precision'>, number>> {
  const { tp, fp, fn, tn } = expectedConfusion(rows)
  const n = rows.scores.length
  const ofRate = (hits: number, of: number) => ((hits / of) * (1 - hits / of) * n) / of
  const ones = total(rows.probabilities)
  const [first, second] = [area / (2 - area), (2 * area ** 2) / (1 + area)]
  const spread =
    area * (1 - area) + (ones - 1) * (first - area ** 2) + (n - ones - 1) * (second - area ** 2)
  const relevant = tp + fp + fn
  const factor = relevant / (tp + (fp + fn) / 2)
  return {
    roc_auc: (spread * n) / (ones * (n - ones)),
    f1: factor ** 2 * ofRate(tp, relevant),
    precision: ofRate(tp, tp + fp),
    recall: ofRate(tp, tp + fn),
    specificity: ofRate(tn, tn + fp),
    accuracy: ofRate(tp + tn, n),
  }
}
