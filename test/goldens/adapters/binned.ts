import { cellOf } from '../../../profiles/index.ts'
import { quantileEdges } from '../../../statistics/quantile.ts'
import { defineAdapter } from '../adapter.ts'
import { distancesOf } from './hist.ts'

interface Input {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly bins: number
  readonly eps?: number
}

/** Two samples counted between quantiles of the first, then as histograms. */
export const binned = defineAdapter<Input>({
  compute({ x, y, bins, eps = 1e-4 }) {
    const edges = Float64Array.from(quantileEdges(x.toSorted(), bins))
    const [reference, current] = [x, y].map((values) => {
      const cells = new Float64Array(edges.length + 1)
      for (const value of values) cells[cellOf(edges, value)]! += 1
      return cells
    }) as [Float64Array, Float64Array]
    return {
      edges,
      ref_counts: reference,
      cur_counts: current,
      ...distancesOf(reference, current, eps),
    }
  },
})
