/** Normal values by the polar method of Marsaglia (SIAM Review 6, 1964). */
export function normalDraws(uniform: () => number): () => number {
  let kept = Number.NaN
  return () => {
    if (!Number.isNaN(kept)) {
      const value = kept
      kept = Number.NaN
      return value
    }
    for (;;) {
      const x = 2 * uniform() - 1
      const y = 2 * uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      kept = y * factor
      return x * factor
    }
  }
}
