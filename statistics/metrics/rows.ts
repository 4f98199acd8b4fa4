/** Throws a RangeError for no rows, or for lists of different length. */
export function checkPairs(left: ArrayLike<number>, right: ArrayLike<number>): void {
  if (left.length === 0) throw new RangeError('metrics need at least one row')
  if (left.length !== right.length) {
    throw new RangeError(`metrics need a label per score: ${left.length} and ${right.length}`)
  }
}

/** As `checkPairs`, and for a label that is not 0 or 1 and a score that is not finite. */
export function checkBinary(scores: ArrayLike<number>, labels: ArrayLike<number>): void {
  checkPairs(scores, labels)
  for (let row = 0; row < scores.length; row++) {
    const label = labels[row]
    if (label !== 0 && label !== 1) throw new RangeError(`label ${label} is neither 0 nor 1`)
    if (!Number.isFinite(scores[row])) throw new RangeError(`score ${scores[row]} is not finite`)
  }
}

/** Throws a RangeError where a number is not finite. */
export function checkFinite(values: ArrayLike<number>, what: string): void {
  for (let row = 0; row < values.length; row++) {
    if (!Number.isFinite(values[row])) throw new RangeError(`${what} ${values[row]} is not finite`)
  }
}

/** Positions of the rows by descending score; rows of the same score keep their order. O(n log n). */
export const byDescendingScore = (scores: ArrayLike<number>): Uint32Array =>
  Uint32Array.from(scores, (_, row) => row).sort(
    (left, right) => (scores[right] as number) - (scores[left] as number) || left - right,
  )

/** The mean over rows of a value of score and label. */
export function meanOfRows(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  value: (score: number, label: number) => number,
): number {
  let sum = 0
  for (let row = 0; row < scores.length; row++) {
    sum += value(scores[row] as number, labels[row] as number)
  }
  return sum / scores.length
}
