import type { PerformanceRule } from '../../../contracts/performance-finding.ts'
import type { JudgedSettings } from './rule.ts'

/**
 * The smallest change that matters, by rule and metric: what a team would act on, whatever the number of labels makes
 * significant.
 */
const usual: Readonly<Record<string, number>> = {
  // One more wrong answer in a hundred.
  error_rate: 0.01,
  // A Brier score is a squared distance: 0.005 is what a shift of all probabilities by 0.07 adds to it.
  brier: 0.005,
  // Probabilities are read in steps of about two in a hundred.
  calibration_gap: 0.02,
  label_rate: 0.02,
}

/** Of numbers the unit is the model's: a twentieth of what is usual. */
const share = 0.05

/** `expected` is what is usual of the metric. */
export const minimumEffect = (
  { labels }: JudgedSettings,
  rule: PerformanceRule,
  metric: string,
  expected: number,
): number => labels.performance.minimumEffect[rule] ?? usual[metric] ?? share * Math.abs(expected)
