/** The double that a decimal number stands for, where plain arithmetic proves it; else the caller asks the language. */

const mostPower = 22
/** Exact in doubles up to 10^22. */
const powers = Float64Array.from({ length: mostPower + 1 }, (_, power) => Number(`1e${power}`))
/** Splits a double into two halves of at most 26 bits each (Dekker 1971). */
const splitter = 2 ** 27 + 1
const high = powers.map(upperHalf)
const low = powers.map((power, i) => power - (high[i] as number))
/** What a quotient may be off by beyond its first rounding, relative; it is less than 2^-51. */
const doubt = 2 ** -50

function upperHalf(x: number): number {
  const scaled = splitter * x
  return scaled - (scaled - x)
}

/** Digits that `leading` and `following` hold at most. */
export const digitsEach = 9

/**
 * The double nearest to `(leading x 10^count + following) x 10^exponent`, bit for bit what `Number` reads; NaN where
 * it is not proven. `leading` is a whole number of at most 9 digits, `following` one of `count` <= 9 digits.
 *
 * Both together are a sum of two doubles without error, since leading x 5^count < 2^53. Divided by a power of ten the
 * quotient has an exact remainder, and the remainder, divided too, says how the quotient is to be corrected; if a
 * correction a little smaller and one a little larger round to the same double, so does the true one (Ziv 1991).
 */
export function exactDecimal(
  leading: number,
  following: number,
  count: number,
  exponent: number,
): number {
  const upper = leading * (powers[count] as number)
  const sum = upper + following
  const rest = following - (sum - upper)
  if (exponent === 0 || sum === 0) return sum
  if (exponent > 0) {
    // Two exact factors are rounded once.
    return rest === 0 && sum <= 2 ** 53 && exponent <= mostPower
      ? sum * (powers[exponent] as number)
      : Number.NaN
  }
  if (exponent < -mostPower) return Number.NaN
  const divisor = powers[-exponent] as number
  const quotient = sum / divisor
  if (rest === 0) return quotient
  const top = upperHalf(quotient)
  const bottom = quotient - top
  const divisorTop = high[-exponent] as number
  const divisorBottom = low[-exponent] as number
  const product = quotient * divisor
  const lost =
    top * divisorTop - product + top * divisorBottom + bottom * divisorTop + bottom * divisorBottom
  const correction = (sum - product - lost + rest) / divisor
  const margin = Math.abs(correction) * doubt
  const found = quotient + (correction - margin)
  return found === quotient + (correction + margin) ? found : Number.NaN
}
