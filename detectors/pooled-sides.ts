import { type Pooled, poolCategories, poolCells } from '../statistics/pool-cells.ts'
import type { Sides } from './sides.ts'

/**
 * Cells that are expected to hold `least` rows on the smaller side: neighbouring numbers joined, rare categories joined
 * with each other. Only pooled totals decide.
 */
export const pooledSides = (sides: Sides, least: number): Pooled =>
  (sides.kind === 'numeric' ? poolCells : poolCategories)(sides.reference, sides.current, least)
