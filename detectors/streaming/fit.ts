/** How far two run lengths lie apart, whichever is longer: 0.1 is about ten per cent. */
export const apart = (run: number, wanted: number): number => Math.abs(Math.log(run / wanted))

/**
 * The whole number from `low` on at which a rising function comes nearest to `wanted`, or null beyond `most`: the
 * logarithm of a run length rises about evenly, so few places are tried.
 */
export function nearestWhole(
  of: (at: number) => number,
  wanted: number,
  low: number,
  most: number,
): number | null {
  const found = new Map<number, number>()
  const log = (at: number) => {
    const known = found.get(at) ?? Math.log(of(at) / wanted)
    found.set(at, known)
    return known
  }
  let below = low
  if (log(below) >= 0) return below
  let above = low + 8
  while (log(above) < 0) {
    if (above >= most) return null
    const slope = Math.max(1e-3, (log(above) - log(below)) / (above - below))
    below = above
    above = Math.min(most, above + Math.max(2, Math.ceil(-log(above) / slope) + 1))
  }
  while (above - below > 1) {
    const share = log(below) / (log(below) - log(above))
    const middle = below + Math.round(share * (above - below))
    const at = Math.min(above - 1, Math.max(below + 1, middle))
    if (log(at) < 0) below = at
    else above = at
  }
  return -log(below) < log(above) ? below : above
}

/** Where a rising function, that may jump, first reaches `wanted`, and just before: the nearer of both. */
export function nearestReal(
  of: (at: number) => number,
  wanted: number,
  low: number,
  high: number,
): number {
  let [below, above] = [low, high]
  for (let i = 0; i < 30 && above - below > 1e-6 * high; i++) {
    const middle = (below + above) / 2
    const run = of(middle)
    if (apart(run, wanted) < 2e-3) return middle
    if (run < wanted) below = middle
    else above = middle
  }
  return apart(of(below), wanted) < apart(of(above), wanted) ? below : above
}
