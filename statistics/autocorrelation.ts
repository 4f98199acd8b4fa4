import { mean as meanOf, variance as varianceOf } from './mean-variance.ts'

/**
 * How many independent values say as much about the mean as this series does: its length over the time in which it
 * forgets, 1 + 2 Σ autocorrelations. The sum ends with the first pair of neighbouring autocorrelations that is not
 * positive (Geyer, Statistical Science 7, 1992), at latest at a third of the series. Never more than its length.
 */
export function effectiveNumber(series: ArrayLike<number>): number {
  const size = series.length
  const mean = meanOf(series)
  const variance = (varianceOf(series) * (size - 1)) / size
  if (size < 3 || !(variance > 0)) return size
  const correlation = (lag: number): number => {
    let sum = 0
    for (let i = lag; i < size; i++) {
      sum += ((series[i] as number) - mean) * ((series[i - lag] as number) - mean)
    }
    return sum / (size * variance)
  }
  let memory = 1
  for (let lag = 1; lag + 1 <= size / 3; lag += 2) {
    const pair = correlation(lag) + correlation(lag + 1)
    if (pair <= 0) break
    memory += 2 * pair
  }
  return size / memory
}

/**
 * Variance of the mean of `length` neighbours of a first-order autoregression, as a multiple of what independent
 * values would give: 1 + 2 Σ (1 - j / length) r^j, between 1 and `length` for r in [0, 1].
 */
export function varianceInflation(length: number, correlation: number): number {
  const r = correlation
  if (r >= 1) return length
  return (1 + r) / (1 - r) - (2 * r * (1 - r ** length)) / (length * (1 - r) ** 2)
}

/** The autocorrelation in [0, 1] at which `varianceInflation` of `length` neighbours is `inflation`. */
export function correlationOf(length: number, inflation: number): number {
  let [low, high] = [0, 1]
  if (inflation >= length) return 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (varianceInflation(length, middle) < inflation) low = middle
    else high = middle
  }
  return (low + high) / 2
}
