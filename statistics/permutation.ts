import { logGamma } from './gamma.ts'
import { variance } from './mean-variance.ts'
import { fitTail } from './tail-fit.ts'

/** Differences below this are rounding: a permutation that gives the observed value again counts as reaching it. */
const rounding = 1e-12

/**
 * 0 ... count-1 in an order drawn by Fisher and Yates from the end, from a fresh 0 ... count-1 each time. The same
 * array is handed out again and again.
 */
export function orders(count: number, next: () => number): () => Uint32Array {
  const order = new Uint32Array(count)
  return () => {
    for (let i = 0; i < count; i++) order[i] = i
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1))
      const held = order[i] as number
      order[i] = order[j] as number
      order[j] = held
    }
    return order
  }
}

/**
 * (1 + draws that reach the observed value) / (1 + draws) for several statistics of the same draws: exact, and never
 * below 1 / (1 + draws).
 */
export function permutationPs(
  observed: readonly number[],
  draw: () => readonly number[],
  draws: number,
): number[] {
  const reached = observed.map(() => 0)
  for (let i = 0; i < draws; i++) {
    for (const [k, value] of draw().entries()) {
      if (value >= (observed[k] as number) - rounding) reached[k] = (reached[k] as number) + 1
    }
  }
  return reached.map((count) => (count + 1) / (draws + 1))
}

export interface SequentialP {
  readonly p: number
  readonly draws: number
  /** Of the statistic over these draws. */
  readonly variance: number
  /** `stopped` after enough draws reached the observed value, `counted` over all, or read from their `tail`. */
  readonly from: 'stopped' | 'counted' | 'tail'
}

/**
 * P-value of an observed statistic from draws of its null law, large values against it. Draws end when `enough` of
 * them have reached it, with p = enough / draws (Besag and Clifford, Biometrika 78, 1991): exact, and cheap where
 * there is nothing to see. Where fewer than ten of `most` draws reach it, the tail of the draws is extended
 * (`fitTail`), so that p is not held above 1 / (most + 1).
 */
export function sequentialP(
  observed: number,
  draw: () => number,
  {
    enough = 50,
    most = 2_000,
    least = 0,
  }: {
    enough?: number
    most?: number
    /** No p-value can lie below it: one over the number of arrangements. */
    least?: number
  } = {},
): SequentialP {
  const values = new Float64Array(most)
  let [draws, reached] = [0, 0]
  while (draws < most && reached < enough) {
    const value = draw()
    values[draws++] = value
    if (value >= observed - rounding) reached++
  }
  const drawn = values.subarray(0, draws)
  const seen = { draws, variance: variance(drawn) }
  if (reached === enough) return { p: enough / draws, ...seen, from: 'stopped' }
  if (reached >= 10) return { p: (reached + 1) / (most + 1), ...seen, from: 'counted' }
  return { p: Math.max(least, fitTail(drawn)(observed)), ...seen, from: 'tail' }
}

/** One over the number of ways to choose n of n + m rows: no permutation test says less. 0 where a double ends. */
export const oneArrangement = (n: number, m: number): number =>
  Math.exp(logGamma(n + 1) + logGamma(m + 1) - logGamma(n + m + 1))
