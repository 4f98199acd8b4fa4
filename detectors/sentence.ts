import type { CategoricalCounts, FeatureCounts } from '../profiles/index.ts'
import { missingOf, rowsOf } from './cells.ts'
import { median } from './quantiles.ts'

/** What changed, in one sentence: "median 14 -> 19, missing 0.1 % -> 4.0 %". */
export function sentenceOf(reference: FeatureCounts, current: FeatureCounts): string {
  const main =
    reference.kind === 'numeric' && current.kind === 'numeric'
      ? `median ${number(median(reference))} -> ${number(median(current))}`
      : reference.kind === 'categorical' && current.kind === 'categorical'
        ? largestMove(reference, current)
        : ''
  const before = missingOf(reference) / Math.max(1, rowsOf(reference))
  const now = missingOf(current) / Math.max(1, rowsOf(current))
  const missing =
    Math.abs(now - before) >= 0.001 ? `, missing ${percent(before)} -> ${percent(now)}` : ''
  return `${main}${missing}${unseen(current)}`
}

function largestMove(reference: CategoricalCounts, current: CategoricalCounts): string {
  const n = reference.counts.reduce((sum, count) => sum + count, 0) + reference.unseen.total
  const m = current.counts.reduce((sum, count) => sum + count, 0) + current.unseen.total
  let best = { category: '', before: 0, now: 0 }
  for (const [i, category] of reference.binning.categories.entries()) {
    const before = (reference.counts[i] as number) / Math.max(1, n)
    const now = (current.counts[i] as number) / Math.max(1, m)
    if (best.category === '' || Math.abs(now - before) > Math.abs(best.now - best.before)) {
      best = { category, before, now }
    }
  }
  return best.category === ''
    ? 'no categories'
    : `"${best.category}" ${percent(best.before)} -> ${percent(best.now)}`
}

function unseen(current: FeatureCounts): string {
  if (current.kind !== 'categorical' || current.unseen.total === 0) return ''
  const example = current.unseen.entries().toSorted((a, b) => b.count - a.count)[0]
  return `, ${percent(current.unseen.total / rowsOf(current))} unseen (such as "${example?.category ?? ''}")`
}

const number = (x: number): string => String(Number(x.toPrecision(4)))
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
