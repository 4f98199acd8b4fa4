import { z } from 'zod'
import { type CellDistance, cellDistance } from '../statistics/cell-distances.ts'
import { distanceP, type Edges } from '../statistics/distance-p.ts'
import type { DrawnP } from '../statistics/drawn-law.ts'
import { joinedEqually } from '../statistics/pool-cells.ts'
import type { Asked, Comparison } from './detector.ts'
import { endsAtQuantiles, pooledSides } from './pooled-sides.ts'
import { type Both, type Sides, usable } from './sides.ts'
import { tooFewCells } from './table-effect.ts'

/** Fewest rows that a cell is expected to hold on the smaller side. */
const leastRows = 5

/** Counts of both sides over the cells that a histogram distance reads. */
export interface Histogram extends Both<ArrayLike<number>> {
  readonly n: Both<number>
  readonly cells: number
  /** Where the cells end: at values of this very reference, or at places given before either side was drawn. */
  readonly edges: Edges
}

/** Numeric features: the most groups of neighbouring cells of about the same mass. */
export const bins = (usual: number) => z.number().int().min(2).max(256).default(usual)

/**
 * The cells of a histogram distance, each expected to hold 5 rows on the smaller side. Categories: rare ones joined
 * with each other. Numbers: at most `most` groups of neighbours, by the reference's own counts where the cells are its
 * quantiles, else by the counts of both sides together. Never by how the rows of a cell split.
 */
export function histogramOf(sides: Sides, most: number): Histogram {
  const { reference, current } = sides
  const n = usable(sides)
  const smaller = Math.min(n.reference, n.current)
  if (sides.kind === 'categorical') {
    const pooled = pooledSides(sides, leastRows)
    return { ...pooled, n, cells: pooled.reference.length }
  }
  const edges: Edges = endsAtQuantiles(sides) ? 'of the reference' : 'given'
  const ofReference = edges === 'of the reference'
  const weights = ofReference ? reference : reference.map((count, i) => count + current[i]!)
  const rows = ofReference ? n.reference : n.reference + n.current
  const pooled = joinedEqually(reference, current, weights, most, (leastRows * rows) / smaller)
  return { ...pooled, n, cells: pooled.reference.length, edges }
}

/**
 * Compares two histograms: `describe` turns the distance into score, effect and interval. The p-value takes draws of
 * the law without change: they are made when it is read, and not at all where the detector only describes.
 */
export function compareHistograms(
  histogram: Histogram,
  distance: CellDistance,
  asked: Asked | undefined,
  describe: (value: number) => Pick<Comparison, 'score' | 'effect' | 'effectInterval' | 'law'>,
): Comparison {
  const { reference, current, n, cells, edges } = histogram
  if (cells < 2) return tooFewCells(n, cells)
  const value = cellDistance(distance, reference, current, n.reference, n.current)
  const described = { ...describe(value), n, cells }
  if (asked === 'to describe') return { ...described, pValueAbsent: onlyDescribes }
  let drawn: DrawnP | undefined
  const found = () => {
    drawn ??= distanceP(distance, reference, current, edges)
    return drawn
  }
  return {
    ...described,
    get pValue() {
      return found().p
    },
    get pValueError() {
      return found().relativeError
    },
  }
}

const onlyDescribes = 'it describes here; its p-value is drawn only where it decides'
