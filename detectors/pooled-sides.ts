import type { Edges } from '../statistics/distance-p.ts'
import {
  equalGroups,
  joined,
  type Pooled,
  poolCategories,
  poolCells,
} from '../statistics/pool-cells.ts'
import { type NumericSides, type Sides, usable } from './sides.ts'
import { unseenApart } from './unseen-apart.ts'

export interface PooledSides extends Pooled {
  /** Where the cells end. */
  readonly edges: Edges
}

/**
 * Cells that are expected to hold `least` rows on the smaller side: neighbouring numbers joined, rare categories joined
 * with each other. Only pooled totals decide; where the edges are quantiles of this very reference its own counts, which
 * are then fixed.
 */
export function pooledSides(sides: Sides, least: number): PooledSides {
  const known = ofSides.get(sides)
  if (known?.least === least) return known.pooled
  const pooled = pooledAnew(sides, least)
  ofSides.set(sides, { least, pooled })
  return pooled
}

/** Several detectors read the same cells of one feature. */
const ofSides = new WeakMap<Sides, { readonly least: number; readonly pooled: PooledSides }>()

function pooledAnew(sides: Sides, least: number): PooledSides {
  if (sides.kind === 'categorical') {
    const apart = unseenApart(sides, least)
    return { ...poolCategories(apart.reference, apart.current, least), edges: 'given' }
  }
  const { reference, current } = sides
  if (!endsAtQuantiles(sides)) return { ...poolCells(reference, current, least), edges: 'given' }
  const n = usable(sides)
  const rows = (least * n.reference) / Math.min(n.reference, n.current)
  const groups = equalGroups(reference, reference.length, rows)
  return { ...joined(reference, current, groups), edges: 'of the reference' }
}

/**
 * Whether the cells are the quantiles of this very reference and no value repeats across an edge: only then does every
 * cell hold just its share of the reference.
 */
export function endsAtQuantiles(sides: NumericSides): boolean {
  const { cells, reference } = sides
  if (cells !== 'quantiles') return false
  const share = usable(sides).reference / reference.length
  for (let i = 0; i < reference.length; i++) {
    if (Math.abs((reference[i] as number) - share) > 2) return false
  }
  return true
}
