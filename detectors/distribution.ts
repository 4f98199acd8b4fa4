import type { Distribution } from '../contracts/report.ts'
import type { CategoricalCounts, FeatureCounts, NumericCounts } from '../profiles/index.ts'
import { cellBounds, quantiles } from './quantiles.ts'

const mostBars = 20

/** Counts of both sides over at most 24 bars, for pictures; nothing is decided from them. */
export function distributionOf(reference: FeatureCounts, current: FeatureCounts): Distribution {
  if (reference.kind === 'categorical' && current.kind === 'categorical') {
    return categoricalBars(reference, current)
  }
  if (reference.kind === 'numeric' && current.kind === 'numeric')
    return numericBars(reference, current)
  return { labels: [], reference: [], current: [] }
}

function categoricalBars(reference: CategoricalCounts, current: CategoricalCounts): Distribution {
  const share = (counts: CategoricalCounts, i: number) =>
    (counts.counts[i] as number) /
    Math.max(
      1,
      counts.counts.reduce((sum, n) => sum + n, 0),
    )
  const weights = reference.binning.categories.map((_, i) =>
    Math.max(share(reference, i), share(current, i)),
  )
  const shown = weights
    .map((weight, i) => ({ weight, i }))
    .sort((left, right) => right.weight - left.weight || left.i - right.i)
    .slice(0, mostBars)
    .map(({ i }) => i)
    .sort((left, right) => left - right)
  const rest = (counts: CategoricalCounts) =>
    counts.counts.reduce((sum, n, i) => (shown.includes(i) ? sum : sum + n), 0)
  const bars: [string, number, number][] = shown.map((i) => [
    reference.binning.categories[i] as string,
    reference.counts[i] as number,
    current.counts[i] as number,
  ])
  if (shown.length < weights.length) bars.push(['(others)', rest(reference), rest(current)])
  if (reference.unseen.total + current.unseen.total > 0) {
    bars.push(['(unseen)', reference.unseen.total, current.unseen.total])
  }
  return fromBars(bars)
}

function numericBars(reference: NumericCounts, current: NumericCounts): Distribution {
  const points = pointCells(reference)
  if (points !== null) {
    return fromBars(
      points.map(({ value, cell }) => [
        label(value),
        reference.cells[cell] as number,
        current.cells[cell] as number,
      ]),
    )
  }
  // The outermost half per cent would squeeze everything else into one bar.
  const ends = [reference, current].map((counts) => quantiles(counts, [0.005, 0.995]))
  const low = Math.min(...ends.map(([first]) => first as number))
  const high = Math.max(...ends.map(([, last]) => last as number))
  const width = (high - low) / mostBars || 1
  const labels = Array.from({ length: mostBars }, (_, i) => label(low + i * width))
  return {
    labels,
    reference: spread(reference, low, width),
    current: spread(current, low, width),
  }
}

/** Values of the cells when few point masses hold everything on the reference's side; else null. */
function pointCells(counts: NumericCounts): { value: number; cell: number }[] | null {
  const points = [...counts.edges.keys()]
    .filter((i) => i % 2 === 0 && i + 1 < counts.edges.length)
    .map((i) => ({ value: counts.edges[i] as number, cell: i + 1 }))
  if (points.length === 0 || points.length > 24) return null
  const held = points.reduce((sum, { cell }) => sum + (counts.cells[cell] as number), 0)
  return held === counts.cells.reduce((sum, n) => sum + n, 0) ? points : null
}

/** Counts of equally wide bars, each cell's rows spread evenly over its width. */
function spread(counts: NumericCounts, low: number, width: number): number[] {
  const bars: number[] = Array(mostBars).fill(0)
  const barOf = (x: number) => Math.min(mostBars - 1, Math.max(0, Math.floor((x - low) / width)))
  for (const [cell, inside] of counts.cells.entries()) {
    if (inside === 0) continue
    const [from, to] = cellBounds(counts, cell)
    const first = barOf(from)
    const last = barOf(to)
    for (let bar = first; bar <= last; bar++) {
      const begin = bar === first ? from : low + bar * width
      const end = bar === last ? to : low + (bar + 1) * width
      const share = to > from ? (end - begin) / (to - from) : 1
      bars[bar] = (bars[bar] as number) + inside * share
    }
  }
  return bars.map((count) => Math.round(count * 1000) / 1000)
}

const label = (value: number): string => String(Number(value.toPrecision(4)))

const fromBars = (bars: readonly [string, number, number][]): Distribution => ({
  labels: bars.map(([name]) => name),
  reference: bars.map(([, count]) => count),
  current: bars.map(([, , count]) => count),
})
