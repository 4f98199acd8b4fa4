/**
 * P(at least `outside` of m rows fall below the smallest or above the largest of n) when all n + m come from one
 * continuous law, whatever it is: of all orders, those with k rows outside are (k + 1) C(n + m - k - 2, n - 2) of
 * C(n + m, n) (exceedances; Wilks, Annals of Mathematical Statistics 13, 1942). With ties fewer fall outside, so
 * that p errs to the large side. n of 2 at least.
 */
export function outsideRangeSf(outside: number, n: number, m: number): number {
  if (!(n >= 2)) throw new RangeError('a range takes two rows')
  if (outside <= 0) return 1
  let chance = ((n / (n + m)) * (n - 1)) / (n + m - 1)
  for (let k = 0; k < outside; k++) chance *= ratio(k, n, m)
  let sum = 0
  for (let k = outside; k <= m; k++) {
    sum += chance
    chance *= ratio(k, n, m)
    if (chance < sum * 1e-17) break
  }
  return Math.min(1, sum)
}

/** The largest value of `outsideRangeSf` that is at most `limit`; 0 where there is none. */
export function outsideRangeStep(limit: number, n: number, m: number): number {
  if (!(limit < 1)) return 1
  const chances = [((n / (n + m)) * (n - 1)) / (n + m - 1)]
  // As far as anything is left of the limit.
  for (let k = 0; k < m && (chances[k] as number) > limit * 1e-17; k++) {
    chances.push((chances[k] as number) * ratio(k, n, m))
  }
  let sum = 0
  for (let k = chances.length - 1; k > 0; k--) {
    const more = sum + (chances[k] as number)
    if (more > limit) return sum
    sum = more
  }
  return sum
}

/** The chance of k + 1 rows outside over that of k. */
const ratio = (k: number, n: number, m: number): number =>
  ((k + 2) / (k + 1)) * ((m - k) / (n + m - k - 2))
