import { median, sideOf } from './quantiles.ts'
import { type CategoricalSides, rowsOf, type Sides, usable } from './sides.ts'

/** What changed, in one sentence: "median 14 -> 19, missing 0.1 % -> 4.0 %". */
export function sentenceOf(sides: Sides): string {
  const main =
    sides.kind === 'numeric'
      ? `median ${number(median(sideOf(sides, 'reference')))} -> ${number(median(sideOf(sides, 'current')))}`
      : largestMove(sides)
  const rows = rowsOf(sides)
  const before = sides.missing.reference / Math.max(1, rows.reference)
  const now = sides.missing.current / Math.max(1, rows.current)
  const missing =
    Math.abs(now - before) >= 0.001 ? `, missing ${percent(before)} -> ${percent(now)}` : ''
  return `${main}${missing}${sides.kind === 'categorical' ? unseenOf(sides) : ''}`
}

function largestMove(sides: CategoricalSides): string {
  const { reference: n, current: m } = usable(sides)
  let best = { category: '', before: 0, now: 0 }
  for (const [i, category] of sides.categories.entries()) {
    const before = (sides.reference[i] as number) / Math.max(1, n)
    const now = (sides.current[i] as number) / Math.max(1, m)
    if (best.category === '' || Math.abs(now - before) > Math.abs(best.now - best.before)) {
      best = { category, before, now }
    }
  }
  return best.category === ''
    ? 'no categories'
    : `"${best.category}" ${percent(best.before)} -> ${percent(best.now)}`
}

function unseenOf(sides: CategoricalSides): string {
  const total = sides.current[sides.categories.length] as number
  if (total === 0) return ''
  const share = percent(total / rowsOf(sides).current)
  return `, ${share} unseen (such as "${sides.unseen[0] ?? ''}")`
}

const number = (x: number): string => String(Number(x.toPrecision(4)))
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
