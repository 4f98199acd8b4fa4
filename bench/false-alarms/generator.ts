export type Next = () => number

/**
 * Uniform numbers in [0, 1) of 32 bits from 128 bits of state (Chris Doty-Humphrey's sfc32): a full run draws more
 * than the 2^32 numbers after which the tests' generator of 32 bits begins again.
 */
export function generator(seed: number, ...stream: readonly number[]): Next {
  let [a, b, c, d] = [seed | 0, (stream[0] ?? 0) | 0, (stream[1] ?? 0) | 0, 1]
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  // Neighbouring seeds are far apart after a dozen rounds.
  for (let i = 0; i < 15; i++) next()
  return next
}

/** Standard normal, by Marsaglia's polar method; the second of the pair is thrown away. */
export function gauss(next: Next): number {
  for (;;) {
    const u = 2 * next() - 1
    const v = 2 * next() - 1
    const square = u * u + v * v
    if (square > 0 && square < 1) return u * Math.sqrt((-2 * Math.log(square)) / square)
  }
}
