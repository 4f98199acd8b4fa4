import type { Distribution } from '../contracts/report.ts'
import { workspace } from '../statistics/workspace.ts'
import { fourDigitText } from './four-digits.ts'
import { cellBounds, type Ordered, quantiles, sideOf } from './quantiles.ts'
import { type CategoricalSides, type NumericSides, type Sides, totalOf, usable } from './sides.ts'

const mostBars = 20

/** Counts of both sides over at most 24 bars, for pictures; nothing is decided from them. */
export const distributionOf = (sides: Sides): Distribution =>
  sides.kind === 'categorical' ? categoricalBars(sides) : numericBars(sides)

function categoricalBars(sides: CategoricalSides): Distribution {
  const { categories, reference, current } = sides
  const known = categories.length
  const rows = usable(sides)
  const sums = [
    Math.max(1, rows.reference - (reference[known] as number)),
    Math.max(1, rows.current - (current[known] as number)),
  ] as const
  const weights = Float64Array.from({ length: known }, (_, i) =>
    Math.max((reference[i] as number) / sums[0], (current[i] as number) / sums[1]),
  )
  const shown = largestOf(weights, mostBars)
  const bars: [string, number, number][] = shown.map((i) => [
    categories[i] as string,
    reference[i] as number,
    current[i] as number,
  ])
  if (shown.length < known) {
    const rest = (cells: Float64Array) =>
      totalOf(cells.subarray(0, known)) - shown.reduce((sum, i) => sum + (cells[i] as number), 0)
    bars.push(['(others)', rest(reference), rest(current)])
  }
  const unseen = [reference[known] as number, current[known] as number] as const
  if (unseen[0] + unseen[1] > 0) bars.push(['(unseen)', ...unseen])
  return fromBars(bars)
}

/** Places of the `most` largest values, the first of equal ones, in order of place. */
function largestOf(values: Float64Array, most: number): number[] {
  const found: number[] = []
  const valueAt = (rank: number) => values[found[rank] as number] as number
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    let rank = found.length
    if (rank === most && !(value > valueAt(rank - 1))) continue
    while (rank > 0 && value > valueAt(rank - 1)) rank--
    found.splice(rank, 0, i)
    if (found.length > most) found.pop()
  }
  return found.sort((left, right) => left - right)
}

function numericBars(sides: NumericSides): Distribution {
  const points = pointCells(sides)
  if (points !== null) {
    return fromBars(
      points.map((cell) => [
        label(sides.low[cell] as number),
        sides.reference[cell] as number,
        sides.current[cell] as number,
      ]),
    )
  }
  const both = [sideOf(sides, 'reference'), sideOf(sides, 'current')] as const
  // The outermost half per cent would squeeze everything else into one bar.
  const ends = both.map((side) => quantiles(side, [0.005, 0.995]))
  const low = Math.min(...ends.map(([first]) => first as number))
  const high = Math.max(...ends.map(([, last]) => last as number))
  const width = (high - low) / mostBars || 1
  const labels = Array.from({ length: mostBars }, (_, i) => label(low + i * width))
  const places = placesOf(sides, low, width)
  const [reference, current] = both.map((side) => spread(side, low, width, places)) as [
    number[],
    number[],
  ]
  return { labels, reference, current }
}

/** The cells of few point masses that hold everything on the reference's side; else null. */
function pointCells({ reference, low, high }: NumericSides): number[] | null {
  const points: number[] = []
  for (let cell = 0; cell < reference.length; cell++) {
    if (low[cell] === high[cell]) {
      if (points.push(cell) > 24) return null
    } else if (reference[cell] !== 0) return null
  }
  return points.length === 0 ? null : points
}

/** The bars of both ends of every cell, one after the other: both sides share them but for their outer cells. */
function placesOf({ low: from, high: to }: NumericSides, low: number, width: number): Int32Array {
  if (places.length < 2 * from.length) places = new Int32Array(4 * from.length)
  // Most cells begin where the one before ends.
  let [before, barBefore] = [Number.NaN, 0]
  for (let cell = 0; cell < from.length; cell++) {
    const begin = from[cell] as number
    const end = to[cell] as number
    places[2 * cell] = begin === before ? barBefore : barOf((begin - low) / width)
    before = end
    barBefore = barOf((end - low) / width)
    places[2 * cell + 1] = barBefore
  }
  return places
}

let places = new Int32Array(1024)

/** Counts of equally wide bars, each cell's rows spread evenly over its width. */
function spread(side: Ordered, low: number, width: number, places: Int32Array): number[] {
  const bars = barRoom(mostBars).fill(0)
  const { cells } = side
  const last = cells.length - 1
  // Most cells lie in the bar of the one before: it is summed up apart.
  let [bar, sum] = [0, 0]
  const moveTo = (next: number): void => {
    bars[bar] = sum
    bar = next
    sum = bars[next] as number
  }
  for (let cell = 0; cell <= last; cell++) {
    const inside = cells[cell] as number
    if (inside === 0) continue
    const isOuter = cell === 0 || cell === last
    let begin = places[2 * cell] as number
    let end = places[2 * cell + 1] as number
    if (begin === end && !isOuter) {
      if (begin !== bar) moveTo(begin)
      sum += inside
      continue
    }
    let from = side.low[cell] as number
    let to = side.high[cell] as number
    if (isOuter) {
      ;[from, to] = cellBounds(side, cell)
      begin = barOf((from - low) / width)
      end = barOf((to - low) / width)
    }
    if (begin !== bar) moveTo(begin)
    if (begin === end) {
      sum += inside
      continue
    }
    const perWidth = inside / (to - from)
    sum += (low + (begin + 1) * width - from) * perWidth
    for (let between = begin + 1; between < end; between++) {
      moveTo(between)
      sum += width * perWidth
    }
    moveTo(end)
    sum += (to - low - end * width) * perWidth
  }
  bars[bar] = sum
  const rounded: number[] = []
  for (let i = 0; i < mostBars; i++) {
    rounded.push(Math.round((bars[i] as number) * 1000) / 1000)
  }
  return rounded
}

const barRoom = workspace()

/** The bar of a place; what is no number goes to the first. */
function barOf(place: number): number {
  if (place >= mostBars) return mostBars - 1
  return place > 0 ? Math.trunc(place) : 0
}

const label = fourDigitText

const fromBars = (bars: readonly [string, number, number][]): Distribution => ({
  labels: bars.map(([name]) => name),
  reference: bars.map(([, count]) => count),
  current: bars.map(([, , count]) => count),
})
