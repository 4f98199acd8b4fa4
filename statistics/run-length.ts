/**
 * Mean and spread of the time until a Markov chain first leaves its allowed states (Brook and Evans, Biometrika 59,
 * 1972), from its distribution step by step until what is left only shrinks by a constant factor.
 */
export interface RunLength {
  readonly mean: number
  readonly variance: number
}

/**
 * `advance` turns the distribution over the allowed states into that of one step later; what leaves is lost. `start`
 * holds the first distribution and is changed.
 */
export function runLength(
  start: Float64Array,
  advance: (from: Float64Array, to: Float64Array) => void,
  most = 200_000,
): RunLength {
  let now = start
  let then: Float64Array = new Float64Array(start.length)
  let left = 1
  let ratio = 0
  let [checked, due] = [0, 64]
  // Sums of P(T > t) and of t P(T > t).
  let [sum, weighted] = [0, 0]
  for (let t = 0; t < most; t++) {
    sum += left
    weighted += t * left
    advance(now, then)
    ;[now, then] = [then, now]
    let after = 0
    for (let i = 0; i < now.length; i++) after += now[i] as number
    const shrinks = after / left
    ratio = shrinks
    left = after
    if (left < 1e-12) break
    // What leaves is below the rounding of the sums.
    if (shrinks > 1 - 1e-12 && t > 100) return { mean: 1e12, variance: 1e24 }
    if (t < due) continue
    // In twice the time the factor has not changed: from here on a geometric law.
    const settled = Math.abs(ratio - checked) <= 2e-3 * (1 - ratio)
    checked = ratio
    due *= 2
    if (!settled) continue
    const [s, gone] = [t + 1, 1 - ratio]
    sum += left / gone
    weighted += left * (s / gone + ratio / (gone * gone))
    break
  }
  return { mean: sum, variance: 2 * weighted + sum - sum * sum }
}

/**
 * Alarms to expect in `values` values when each starts a new run: n / mean + (variance - mean^2 + mean) / (2 mean^2)
 * (Feller, *An Introduction to Probability Theory* 1, 1968, XIII.12), exact for a geometric law.
 */
export const alarmsIn = ({ mean, variance }: RunLength, values: number): number =>
  values / mean + (variance - mean * mean + mean) / (2 * mean * mean)

/** Values between two alarms over a stream of ten times `every`. */
export const betweenAlarms = (run: RunLength, every: number): number =>
  (10 * every) / alarmsIn(run, 10 * every)
