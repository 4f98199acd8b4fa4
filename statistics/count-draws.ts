import { logChoose } from './log-factorial.ts'

/**
 * How many of `draws` rows fall into one part of all. `without putting back`: rows are taken from `part` rows of the
 * part and `rest` others (hypergeometric). `into gaps`: rows fall into any of `part` gaps of the part and `rest`
 * others, each splitting its gap in two (Pólya, or negative hypergeometric; Johnson, Kemp, Kotz 2005, 6.2).
 */
export type CountLaw = 'without putting back' | 'into gaps'

/** ln P(count = k). */
export const logCountP = (
  law: CountLaw,
  k: number,
  part: number,
  rest: number,
  draws: number,
): number =>
  law === 'into gaps'
    ? logChoose(part + k - 1, k) +
      logChoose(rest + draws - k - 1, draws - k) -
      logChoose(part + rest + draws - 1, draws)
    : logChoose(part, k) + logChoose(rest, draws - k) - logChoose(part + rest, draws)

/** Smallest and largest possible count. */
export const countRange = (
  law: CountLaw,
  part: number,
  rest: number,
  draws: number,
): [number, number] =>
  law === 'into gaps'
    ? [part === 0 || rest > 0 ? 0 : draws, part === 0 ? 0 : draws]
    : [Math.max(0, draws - rest), Math.min(part, draws)]

/**
 * A count of the law, exact: probabilities are summed from the mode outwards on both sides until they reach one
 * uniform number (Kachitvichyanukul and Schmeiser 1985). About 1.6 standard deviations of steps of a few ns.
 */
export function drawCount(
  law: CountLaw,
  part: number,
  rest: number,
  draws: number,
  next: () => number,
): number {
  if (part === 0 || draws === 0) return 0
  if (rest === 0) return draws
  // P(k + 1) / P(k) = (part + sign k) (draws - k) / ((k + 1) (base - sign k)) for both laws.
  const sign = law === 'into gaps' ? 1 : -1
  const base = rest + sign * (draws - 1)
  const [least, most] = sign === 1 ? [0, draws] : [Math.max(0, draws - rest), Math.min(part, draws)]
  const mode = modeOf(sign, part, rest, draws)
  const peak = Math.exp(logCountP(law, mode, part, rest, draws))
  let left = next() - peak
  if (left < 0) return mode
  let [up, down, above, below] = [mode, mode, peak, peak]
  while (up < most || down > least) {
    if (up < most) {
      above *= ((part + sign * up) * (draws - up)) / ((up + 1) * (base - sign * up))
      up++
      left -= above
      if (left < 0) return up
    }
    if (down > least) {
      down--
      below *= ((down + 1) * (base - sign * down)) / ((part + sign * down) * (draws - down))
      left -= below
      if (left < 0) return down
    }
    // Rounding leaves less than 1e-8 over.
    if (above < 1e-20 && below < 1e-20) break
  }
  return mode
}

/** The count of the highest probability, or next to it: where P(k + 1) = P(k). */
function modeOf(sign: 1 | -1, part: number, rest: number, draws: number): number {
  if (sign === -1) return Math.floor(((part + 1) * (draws + 1)) / (part + rest + 2))
  const gaps = part + rest - 2
  if (gaps === 0) return 0
  return Math.min(draws, Math.floor(((part - 1) * (draws + 1)) / gaps))
}
