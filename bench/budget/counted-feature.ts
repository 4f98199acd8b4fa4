import { type FeatureCounts, nextAbove } from '../../profiles/index.ts'
import { normalQuantile } from '../../statistics/special.ts'
import type { CategoricalLaw, Law, NumericLaw } from './laws.ts'

/** A feature whose rows are drawn as counts of the cells of a binning, by what its law says of each cell. */
export interface CountedFeature {
  /** Upper ends of the pieces of the law, in standard deviations of a normal that the values follow; the last is infinite. */
  readonly bounds: Float64Array
  readonly missing: number
  /** The cell of each piece. Unseen categories have the cell after the known ones; missing values come last of all. */
  readonly order: { readonly of: Int32Array; readonly cells: number }
  /** Chances of the cells and of a missing value. */
  readonly weights: Float64Array
  fill(counts: FeatureCounts, cells: Float64Array): void
}

export const countedFeature = (law: Law, reference: FeatureCounts): CountedFeature =>
  law.kind === 'numeric' ? numeric(law, reference) : categorical(law, reference)

function numeric(law: NumericLaw, reference: FeatureCounts): CountedFeature {
  if (reference.kind !== 'numeric') throw new TypeError(`${law.name} is numeric`)
  const { min, max } = reference
  const edges = [min, ...reference.edges, nextAbove(max)]
  const shares = edges.map((edge) => law.below(edge)).concat(1)
  const inner = reference.edges.length + 1
  // Rows beyond the range of the reference come last: they are counted apart, and in the outer cells too.
  const [tooLow, tooHigh] = [inner, inner + 1]
  return counted(law, shares, {
    of: Int32Array.from(shares, (_, i) => (i === 0 ? tooLow : i > inner ? tooHigh : i - 1)),
    cells: inner + 2,
    fill(counts, cells) {
      if (counts.kind !== 'numeric') return
      counts.cells.set(cells.subarray(0, inner))
      const [below, above] = [cells[tooLow] as number, cells[tooHigh] as number]
      counts.cells[0]! += below
      counts.cells[inner - 1]! += above
      counts.below = below
      counts.above = above
      counts.missing = cells[inner + 2] as number
      // Where the outermost rows lie is not drawn: only a column that is stuck would be seen by it.
      counts.extremes.set([min, max])
    },
  })
}

function categorical(law: CategoricalLaw, reference: FeatureCounts): CountedFeature {
  if (reference.kind !== 'categorical') throw new TypeError(`${law.name} is categorical`)
  const known = reference.counts.length
  let sum = 0
  const shares = law.shares.map((share) => {
    sum += share
    return sum
  })
  shares[shares.length - 1] = 1
  return counted(law, shares, {
    of: Int32Array.from(law.categories, (category) => reference.index.get(category) ?? known),
    cells: known + 1,
    fill(counts, cells) {
      if (counts.kind !== 'categorical') return
      counts.counts.set(cells.subarray(0, known))
      const unseen = cells[known] as number
      if (unseen > 0) counts.unseen.add('new', unseen)
      counts.missing = cells[known + 1] as number
    },
  })
}

function counted(
  { missing }: Law,
  shares: readonly number[],
  { of, cells, fill }: CountedFeature['order'] & Pick<CountedFeature, 'fill'>,
): CountedFeature {
  const weights = new Float64Array(cells + 1)
  for (const [i, share] of shares.entries()) {
    const cell = of[i] as number
    const piece = Math.max(0, share - (shares[i - 1] ?? 0))
    weights[cell] = (weights[cell] as number) + (1 - missing) * piece
  }
  weights[cells] = missing
  const bounds = Float64Array.from(shares, (share) =>
    share <= 0 ? -Infinity : share >= 1 ? Infinity : normalQuantile(share),
  )
  return { bounds, missing, order: { of, cells }, weights, fill }
}
