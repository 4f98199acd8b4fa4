import { fitIsotonic, type Isotonic, isotonicAt } from '../isotonic.ts'
import { auc } from '../metrics/ranking.ts'
import { orders } from '../permutation.ts'

const splits = 10
const cells = 10

/**
 * The curve from scores to probabilities, or null where the scores are used as they are: isotonic regression on all
 * rows, kept only where on rows that it was not fitted to it lowers the calibration error. Ten times a tenth of the
 * rows of each class is left out, drawn with `next`; the error is pooled over all ten, in ten cells of equally many
 * rows (the rule of NannyML 0.13). Null also for one class alone and for scores that tell the classes apart perfectly.
 */
export function calibrationOf(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  next: () => number,
): Isotonic | null {
  const ofClass = [0, 1].map((wanted) =>
    Uint32Array.from(scores, (_, row) => row).filter((row) => labels[row] === wanted),
  )
  if (ofClass.some((rows) => rows.length === 0) || auc(scores, labels) > 0.999) return null
  const left: { score: number; calibrated: number; label: number }[] = []
  for (let split = 0; split < splits; split++) {
    const isLeft = new Uint8Array(scores.length)
    for (const rows of ofClass) {
      const order = orders(rows.length, next)()
      for (let i = 0; i < Math.max(1, Math.round(rows.length / 10)); i++) {
        isLeft[rows[order[i] as number] as number] = 1
      }
    }
    const kept = Uint32Array.from(scores, (_, row) => row).filter((row) => isLeft[row] === 0)
    if (kept.length === 0) return null
    const curve = fitIsotonic(
      Float64Array.from(kept, (row) => scores[row] as number),
      Float64Array.from(kept, (row) => labels[row] as number),
    )
    for (let row = 0; row < scores.length; row++) {
      if (isLeft[row] === 0) continue
      const score = scores[row] as number
      left.push({ score, calibrated: isotonicAt(curve, score), label: labels[row] as number })
    }
  }
  const error = (of: (row: (typeof left)[number]) => number) => {
    const sorted = left.map((row) => ({ p: of(row), label: row.label })).sort((a, b) => a.p - b.p)
    let sum = 0
    for (let cell = 0; cell < cells; cell++) {
      const part = sorted.slice(
        Math.floor((cell * sorted.length) / cells),
        Math.floor(((cell + 1) * sorted.length) / cells),
      )
      sum += Math.abs(part.reduce((gap, { p, label }) => gap + p - label, 0))
    }
    return sum
  }
  return error(({ score }) => score) > error(({ calibrated }) => calibrated)
    ? fitIsotonic(scores, labels)
    : null
}

/** Scores as probabilities. */
export const calibrated = (curve: Isotonic | null, scores: ArrayLike<number>): Float64Array =>
  Float64Array.from(scores, (score) => (curve === null ? score : isotonicAt(curve, score)))
