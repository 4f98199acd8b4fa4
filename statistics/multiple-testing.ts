/** p-values adjusted for there being several, in the order they were given; reject those at most alpha. */
export type Adjustment = (pValues: ArrayLike<number>) => number[]

/** m p: any dependence, controls the chance of a single false rejection. */
export const bonferroni: Adjustment = (pValues) => stepped(pValues, (p, _, m) => m * p, 'none')

/** 1 - (1 - p)^m: independent tests (Šidák 1967). */
export const sidak: Adjustment = (pValues) => stepped(pValues, (p, _, m) => power(p, m), 'none')

/** Step-down Bonferroni, any dependence (Holm 1979). For the smallest p-value it equals Bonferroni. */
export const holm: Adjustment = (pValues) => stepped(pValues, (p, i, m) => (m - i) * p, 'down')

/** Step-down Šidák, independent tests (Holland, Copenhaver 1987). */
export const holmSidak: Adjustment = (pValues) =>
  stepped(pValues, (p, i, m) => power(p, m - i), 'down')

/** Step-up with Simes's inequality, independent or positively dependent tests (Hochberg 1988). */
export const simesHochberg: Adjustment = (pValues) =>
  stepped(pValues, (p, i, m) => (m - i) * p, 'up')

/** Controls the expected share of false rejections, independent or positively dependent (Benjamini, Hochberg 1995). */
export const benjaminiHochberg: Adjustment = (pValues) =>
  stepped(pValues, (p, i, m) => (m * p) / (i + 1), 'up')

/** The same under any dependence, times 1 + 1/2 + ... + 1/m (Benjamini, Yekutieli 2001). */
export const benjaminiYekutieli: Adjustment = (pValues) => {
  const harmonic = Array.from(pValues).reduce((sum, _, i) => sum + 1 / (i + 1), 0)
  return stepped(pValues, (p, i, m) => (harmonic * m * p) / (i + 1), 'up')
}

/** The closed test of Simes's global test (Hommel 1988), by the sweep of Wright (Biometrics 48, 1992). O(m²). */
export const hommel: Adjustment = (pValues) => {
  const { order, sorted } = ascending(pValues)
  const m = sorted.length
  const adjusted = [...sorted]
  for (let size = m; size > 1; size--) {
    // Simes's p-value of the `size` largest.
    let simes = Number.POSITIVE_INFINITY
    for (let i = 1; i <= size; i++) {
      simes = Math.min(simes, (size * (sorted[m - size + i - 1] as number)) / i)
    }
    for (let i = 0; i < m; i++) {
      const least = i >= m - size ? simes : Math.min(size * (sorted[i] as number), simes)
      adjusted[i] = Math.max(adjusted[i] as number, least)
    }
  }
  return inOrder(order, adjusted)
}

/** 1 - (1 - p)^times without losing the digits of a small p. */
const power = (p: number, times: number): number => -Math.expm1(times * Math.log1p(-p))

/**
 * Applies `adjust` to the sorted p-values (i counts from 0 at the smallest, m is their number) and keeps them in
 * step: never falling from the smallest up, or never rising from the largest down.
 */
function stepped(
  pValues: ArrayLike<number>,
  adjust: (p: number, i: number, m: number) => number,
  step: 'none' | 'down' | 'up',
): number[] {
  const { order, sorted } = ascending(pValues)
  const m = sorted.length
  const adjusted = sorted.map((p, i) => adjust(p, i, m))
  if (step === 'down') {
    for (let i = 1; i < m; i++) {
      adjusted[i] = Math.max(adjusted[i] as number, adjusted[i - 1] as number)
    }
  } else if (step === 'up') {
    for (let i = m - 2; i >= 0; i--) {
      adjusted[i] = Math.min(adjusted[i] as number, adjusted[i + 1] as number)
    }
  }
  return inOrder(order, adjusted)
}

function ascending(pValues: ArrayLike<number>) {
  const values = Array.from(pValues)
  if (values.some((p) => !(p >= 0 && p <= 1))) throw new RangeError('a p-value lies in [0, 1]')
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b)
  return { order, sorted: order.map((i) => values[i] as number) }
}

function inOrder(order: readonly number[], adjusted: readonly number[]): number[] {
  const result = Array<number>(order.length)
  for (const [place, i] of order.entries()) result[i] = Math.min(1, adjusted[place] as number)
  return result
}
