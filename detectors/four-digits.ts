/** A finite number rounded to four digits, as people read it. */
export function fourDigits(x: number): number {
  const size = Math.abs(x)
  // Far out a power of ten is no double, or not an exact one.
  if (!(size > 1e-15 && size < 1e15)) return Number(x.toPrecision(4))
  const place = Math.floor(Math.log10(size)) - 3
  if (place >= 0) return Math.round(x / powers[place]!) * powers[place]!
  return Math.round(x * powers[-place]!) / powers[-place]!
}

const powers = Array.from({ length: 20 }, (_, i) => 10 ** i)

/**
 * `String(fourDigits(x))`, put together from the whole number of its digits where that is small: pictures name twenty
 * places of every feature, and a double is written much slower than a whole number.
 */
export function fourDigitText(x: number): string {
  const size = Math.abs(x)
  if (!(size >= 0.01 && size < 9999)) return String(fourDigits(x))
  let places =
    size >= 100 ? (size >= 1000 ? 0 : 1) : size >= 10 ? 2 : size >= 1 ? 3 : size >= 0.1 ? 4 : 5
  let whole = Math.abs(Math.round(x * powers[places]!))
  while (places > 0 && whole % 10 === 0) {
    whole /= 10
    places--
  }
  const digits = String(whole)
  const sign = x < 0 ? '-' : ''
  if (places === 0) return sign + digits
  const before = digits.length - places
  if (before > 0) return `${sign}${digits.slice(0, before)}.${digits.slice(before)}`
  return `${sign}0.${'0'.repeat(-before)}${digits}`
}
