import { fitIsotonic, isotonicAt } from '../../../statistics/isotonic.ts'
import { classificationMetrics } from '../../../statistics/metrics/binary.ts'
import { defineAdapter } from '../adapter.ts'

interface Input {
  score: Float64Array
  /** A row is 1 where this uniform number is below its score. */
  label_u: Float64Array
  threshold: number
  ece_bins: number
}

/** Where the calibration curve is read. */
const places = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95]

export const metrics = defineAdapter<Input>({
  compute({ score, label_u, threshold, ece_bins }) {
    const labels = score.map((s, row) => ((label_u[row] as number) < s ? 1 : 0))
    const { calibration_error, ...all } = classificationMetrics(score, labels, {
      threshold,
      cells: ece_bins,
    })
    const curve = fitIsotonic(score, labels)
    return {
      ...all,
      ece_equal_width: calibration_error,
      isotonic_at: { x: places, y: places.map((place) => isotonicAt(curve, place)) },
    }
  },
})
