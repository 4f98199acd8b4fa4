import { fourDigitText } from './four-digits.ts'
import { quantiles, sideOf } from './quantiles.ts'
import { type CategoricalSides, type NumericSides, rowsOf, type Sides, usable } from './sides.ts'

/** What changed, in one sentence: "median 14 -> 19, missing 0.1 % -> 4.0 %". */
export function sentenceOf(sides: Sides): string {
  const main = sides.kind === 'numeric' ? middleOf(sides) : largestMove(sides)
  const rows = rowsOf(sides)
  const before = sides.missing.reference / Math.max(1, rows.reference)
  const now = sides.missing.current / Math.max(1, rows.current)
  const missing =
    Math.abs(now - before) >= 0.001 ? `, missing ${percent(before)} -> ${percent(now)}` : ''
  return `${main}${missing}${sides.kind === 'categorical' ? unseenOf(sides) : ''}`
}

/** The median, or the middle half where an end of that moved more than twice as far, and by a tenth of its width. */
function middleOf(sides: NumericSides): string {
  const [before, now] = (['reference', 'current'] as const).map((side) =>
    quantiles(sideOf(sides, side), [0.25, 0.5, 0.75]),
  ) as [Quarters, Quarters]
  const [low, middle, high] = before.map((value, i) =>
    Math.abs((now[i] as number) - value),
  ) as Quarters
  if (Math.max(low, high) <= Math.max(2 * middle, (before[2] - before[0]) / 10)) {
    return `median ${number(before[1])} -> ${number(now[1])}`
  }
  const half = ([from, , to]: Quarters) => `${number(from)} to ${number(to)}`
  return `middle half ${half(before)} -> ${half(now)}`
}

type Quarters = [number, number, number]

function largestMove(sides: CategoricalSides): string {
  const { reference: n, current: m } = usable(sides)
  const before = (i: number) => (sides.reference[i] as number) / Math.max(1, n)
  const now = (i: number) => (sides.current[i] as number) / Math.max(1, m)
  let best = -1
  let largest = -1
  for (let i = 0; i < sides.categories.length; i++) {
    const move = Math.abs(now(i) - before(i))
    if (move > largest) {
      best = i
      largest = move
    }
  }
  return best < 0
    ? 'no categories'
    : `"${sides.categories[best]}" ${percent(before(best))} -> ${percent(now(best))}`
}

function unseenOf(sides: CategoricalSides): string {
  const total = sides.current[sides.categories.length] as number
  if (total === 0) return ''
  const share = percent(total / rowsOf(sides).current)
  return `, ${share} unseen (such as "${sides.unseen[0] ?? ''}")`
}

const number = fourDigitText
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
