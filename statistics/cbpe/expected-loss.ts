import type { ExpectedRows } from './expected.ts'

/** `brier`: squared distance of score and label; `error_rate`: 1 where the chosen class is not the label. */
export type ExpectedLoss = 'brier' | 'error_rate'

/**
 * What each row is expected to lose when its label is 1 with its probability: (s - p)² + p (1 - p) of a score s, and the
 * chance that the chosen class is wrong. Their mean is the expected Brier score, or 1 - accuracy.
 */
export function expectedLosses(
  { scores, predicted, probabilities }: Omit<ExpectedRows, 'weights'>,
  kind: ExpectedLoss,
): Float64Array {
  return Float64Array.from(probabilities, (p, row) => {
    if (kind === 'error_rate') return predicted[row] === 1 ? 1 - p : p
    return ((scores[row] as number) - p) ** 2 + p * (1 - p)
  })
}
