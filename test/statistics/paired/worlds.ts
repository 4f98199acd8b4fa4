import { logLossOf } from '../../../statistics/metrics/probability.ts'
import { normal } from '../../support/mulberry32.ts'

const logistic = (x: number) => 1 / (1 + Math.exp(-x))

export interface TwoModels {
  readonly labels: Uint8Array
  readonly champion: Float64Array
  readonly candidate: Float64Array
}

export interface TwoModelsShape {
  readonly centre?: number
  readonly spread?: number
  /** Noise on the logit of either; the same for both: equally good. */
  readonly champion?: number
  readonly candidate?: number
}

/** Two models that know the true logit up to noise of their own. */
export function twoModels(
  rows: number,
  next: () => number,
  { centre = 0, spread = 2, champion = 0.7, candidate = 0.7 }: TwoModelsShape = {},
): TwoModels {
  const labels = new Uint8Array(rows)
  const [old, now] = [new Float64Array(rows), new Float64Array(rows)]
  for (let row = 0; row < rows; row++) {
    const logit = normal(next, centre, spread)
    labels[row] = next() < logistic(logit) ? 1 : 0
    old[row] = logistic(logit + champion * normal(next))
    now[row] = logistic(logit + candidate * normal(next))
  }
  return { labels, champion: old, candidate: now }
}

const losses = {
  brier: (score: number, label: number) => (score - label) ** 2,
  log_loss: logLossOf,
  cost: (score: number, label: number) =>
    score >= 0.5 ? (label === 1 ? 0 : 1) : label === 1 ? 5 : 0,
} as const

/** What the candidate gains in each row. */
export function gainedPerRow(
  { labels, champion, candidate }: TwoModels,
  loss: keyof typeof losses,
): Float64Array {
  const of = losses[loss]
  return champion.map(
    (score, row) =>
      of(score, labels[row] as number) - of(candidate[row] as number, labels[row] as number),
  )
}

/** Differences of absolute errors about skewed labels, of a forecast that is good and one that is off. */
export const skewedErrors = (rows: number, next: () => number): Float64Array =>
  Float64Array.from({ length: rows }, () => {
    const actual = -Math.log(1 - next())
    return Math.abs(actual - 0.8 - 0.3 * normal(next)) - Math.abs(actual - 1 - 0.3 * normal(next))
  })

/** Whether `found` of `trials` is no more than a rate allows, by its binomial law at one in a thousand. */
export const atMost = (found: number, trials: number, rate: number): boolean =>
  found <= trials * rate + 3.3 * Math.sqrt(trials * rate * (1 - rate)) + 1

/** Whether a share lies within two bounds, each four standard errors of the trials farther out. */
export const within = (found: number, trials: number, low: number, high: number): boolean =>
  found >= trials * low - 4 * Math.sqrt(trials * low * (1 - low)) &&
  found <= trials * high + 4 * Math.sqrt(trials * high * (1 - high))
