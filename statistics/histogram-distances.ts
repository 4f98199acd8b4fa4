/** Shares of counts; all zero when there are none. */
export function shares(counts: ArrayLike<number>): Float64Array {
  const result = Float64Array.from(counts)
  const sum = result.reduce((total, count) => total + count, 0)
  return sum === 0 ? result : result.map((count) => count / sum)
}

/** Jensen-Shannon divergence in bits, 0 to 1: mean Kullback-Leibler divergence from the middle (Lin 1991). */
export function jensenShannonBits(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const p = shares(left)
  const q = shares(right)
  let sum = 0
  for (let i = 0; i < p.length; i++) {
    const a = p[i] as number
    const b = q[i] as number
    const middle = (a + b) / 2
    if (a > 0) sum += (a / 2) * Math.log2(a / middle)
    if (b > 0) sum += (b / 2) * Math.log2(b / middle)
  }
  return Math.max(0, sum)
}

/**
 * Population stability index, Σ (q - p) ln(q / p). A cell that is empty on one side would make it infinite: there
 * half a row is assumed instead of none.
 */
export function stabilityIndex(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const n = Array.from(reference).reduce((sum, count) => sum + count, 0)
  const m = Array.from(current).reduce((sum, count) => sum + count, 0)
  let sum = 0
  for (let i = 0; i < reference.length; i++) {
    const a = reference[i] as number
    const b = current[i] as number
    if (a === 0 && b === 0) continue
    const p = (a || 0.5) / n
    const q = (b || 0.5) / m
    sum += (q - p) * Math.log(q / p)
  }
  return sum
}

/** Half the sum of absolute differences of shares, 0 to 1. */
export function totalVariation(left: ArrayLike<number>, right: ArrayLike<number>): number {
  const p = shares(left)
  const q = shares(right)
  return p.reduce((sum, share, i) => sum + Math.abs(share - (q[i] as number)), 0) / 2
}

/**
 * Neighbouring cells joined until each is expected to hold at least `least` rows on the smaller side under the
 * pooled counts. Only totals decide, never how they split, so that pooling does not bias a test.
 */
export function poolCells(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  least = 5,
): { reference: number[]; current: number[] } {
  const n = Array.from(reference).reduce((sum, count) => sum + count, 0)
  const m = Array.from(current).reduce((sum, count) => sum + count, 0)
  const share = Math.min(n, m) / (n + m)
  const pooled = { reference: [] as number[], current: [] as number[] }
  let a = 0
  let b = 0
  for (let i = 0; i < reference.length; i++) {
    a += reference[i] as number
    b += current[i] as number
    if ((a + b) * share < least) continue
    pooled.reference.push(a)
    pooled.current.push(b)
    a = b = 0
  }
  const last = pooled.reference.length - 1
  if (a + b > 0 && last >= 0) {
    pooled.reference[last] = (pooled.reference[last] as number) + a
    pooled.current[last] = (pooled.current[last] as number) + b
  }
  return pooled
}
