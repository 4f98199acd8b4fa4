/**
 * Draws of cells with fixed chances, one 32-bit word a draw whatever the number of cells (Walker 1977, Vose 1991):
 * its first bits choose a slot, the others whether the slot's own cell or its other one. Chances are right to about
 * 2^-32 each.
 */
export interface CellDraws {
  /** Bits of a word behind those that choose the slot. */
  readonly shift: number
  /** From this on, of the other bits, it is the other cell. */
  readonly until: Uint32Array
  readonly other: Uint16Array
}

/** Weights need not add up to 1. */
export function cellDraws(weights: ArrayLike<number>): CellDraws {
  const bits = Math.max(1, Math.ceil(Math.log2(weights.length)))
  const slots = 2 ** bits
  const shift = 32 - bits
  const other = new Uint16Array(slots)
  const keep = new Float64Array(slots)
  let whole = 0
  for (let i = 0; i < weights.length; i++) whole += weights[i] as number
  const small: number[] = []
  const large: number[] = []
  for (let i = 0; i < slots; i++) {
    keep[i] = ((weights[i] ?? 0) * slots) / whole
    other[i] = i
    ;((keep[i] as number) < 1 ? small : large).push(i)
  }
  while (small.length > 0 && large.length > 0) {
    const low = small.pop() as number
    const high = large[large.length - 1] as number
    other[low] = high
    keep[high] = (keep[high] as number) - (1 - (keep[low] as number))
    if ((keep[high] as number) < 1) small.push(large.pop() as number)
  }
  // What is left differs from 1 by rounding only.
  for (const i of [...small, ...large]) keep[i] = 1
  const until = Uint32Array.from(keep, (share) => Math.round(share * 2 ** shift))
  return { shift, until, other }
}

/** The state of a generator of 32-bit words, for draws that are made by the million: sfc32 as in `generator`. */
export function words(next: () => number): Int32Array {
  return Int32Array.from({ length: 4 }, () => Math.floor(next() * 2 ** 32))
}

/** Adds `each` rows to the cells of so many draws. */
export function addDraws(
  { shift, until, other }: CellDraws,
  draws: number,
  each: number,
  into: Float64Array,
  state: Int32Array,
): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number]
  const low = 2 ** shift - 1
  for (let i = 0; i < draws; i++) {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    const slot = sum >>> shift
    const cell = (sum & low) < (until[slot] as number) ? slot : (other[slot] as number)
    into[cell] = (into[cell] as number) + each
  }
  state[0] = a
  state[1] = b
  state[2] = c
  state[3] = d
}
