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
