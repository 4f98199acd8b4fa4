import { logChiSquareSf, normalAtLog } from './special.ts'

/** x with ln P(χ >= x) = `log`; of one degree Z without its sign. */
export function chiAt(log: number, degrees: number): number {
  if (degrees !== 1) return Math.sqrt(chiSquareAt(log, degrees))
  return log < 0 ? normalAtLog(log - Math.LN2) : 0
}

/** x with ln P(X >= x) = `log` of a chi-square variable: Wilson and Hilferty's (1931), then secant steps. */
export function chiSquareAt(log: number, degrees: number): number {
  if (log >= -Math.LN2) return degrees
  const third = 2 / (9 * degrees)
  let x = degrees * (1 - third + normalAtLog(log) * Math.sqrt(third)) ** 3
  let miss = logChiSquareSf(x, degrees) - log
  // The logarithm of the tail falls by a half per unit, far out.
  let [before, missed] = [x, miss]
  x = Math.max(x / 2, x + 2 * miss)
  for (let i = 0; i < 12 && x !== before; i++) {
    miss = logChiSquareSf(x, degrees) - log
    if (Math.abs(miss) < 1e-6 * -log || miss === missed) break
    const next = x - (miss * (x - before)) / (miss - missed)
    ;[before, missed] = [x, miss]
    x = Math.max(x / 2, next)
  }
  return x
}
