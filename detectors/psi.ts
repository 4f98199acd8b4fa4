import { z } from 'zod'
import { stabilityIndex } from '../statistics/histogram-distances.ts'
import { noncentralInterval } from '../statistics/noncentral.ts'
import { poolCells } from '../statistics/pool-cells.ts'
import { defineDetector } from './detector.ts'
import { effectiveSize, usable } from './sides.ts'

/**
 * Population stability index
 *
 * Σ (q - p) ln(q / p) over cells of at most `bins` groups of neighbours. Without any change it is about
 * (cells - 1) (n + m) / (n m), so the effect has that taken off; its interval comes from PSI nm/(n+m) being close
 * to a noncentral chi-square variable. It describes and never decides: with many cells that approximation rejects
 * far too often, and a fixed cut of 0.1 or 0.2 knows nothing of the number of rows.
 */
export const psi = defineDetector({
  name: 'psi',
  title: 'Population stability index',
  reads: 'any',
  from: 'counts',
  definition: 1,
  role: 'description',
  options: z.strictObject({ bins: z.number().int().min(2).max(256).default(10) }),
  examples: [{}, { bins: 20 }],
  minimumEffect: 0.1,
  compare(sides, { bins }) {
    const n = usable(sides)
    const size = effectiveSize(n.reference, n.current) || 1
    const least = Math.max(5, Math.min(n.reference, n.current) / bins)
    const pooled =
      sides.kind === 'numeric'
        ? poolCells(sides.reference, sides.current, least)
        : poolCells(sides.reference, sides.current)
    const cells = pooled.reference.length
    const score = stabilityIndex(pooled.reference, pooled.current)
    const degrees = Math.max(1, cells - 1)
    const [low, high] = noncentralInterval(score * size, degrees)
    return {
      score,
      effect: Math.max(0, score - degrees / size),
      effectInterval: [low / size, high / size],
      pValueAbsent: 'the chi-square approximation rejects too often; this index only describes',
      n,
      cells,
    }
  },
})
