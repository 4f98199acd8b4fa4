import { orderedCells } from '../../../statistics/ordered-cells.ts'
import { scaledMoments } from '../../../statistics/scaled-moments.ts'
import { energyDistance, wasserstein1 } from '../../../statistics/transport.ts'
import { defineAdapter } from '../adapter.ts'

/** Distances of two samples on the line. */
export const dist1 = defineAdapter<{ x: Float64Array; y: Float64Array }>({
  compute({ x, y }) {
    const cells = orderedCells(x, y)
    const { sd } = scaledMoments(x)
    const w1 = wasserstein1(cells)
    return {
      w1,
      ref_sd_ddof0: sd,
      w1_over_sd: w1 / Math.max(sd, 0.001),
      energy_scipy: energyDistance(cells),
    }
  },
})
