import { logGamma } from './gamma.ts'

const known = 32_768
let table: Float64Array | undefined

/** ln n! of whole n >= 0, relative error below 1e-13: looked up where n is small, else Stirling's series. */
export function logFactorial(n: number): number {
  table ??= Float64Array.from({ length: known }, (_, i) => logGamma(i + 1))
  return n < known ? (table[n] as number) : logGamma(n + 1)
}

/** Natural logarithm of the number of ways to choose so many of `count`. */
export const logChoose = (count: number, chosen: number): number =>
  logFactorial(count) - logFactorial(chosen) - logFactorial(count - chosen)
