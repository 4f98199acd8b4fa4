/** A sorted copy. Throws RangeError for fewer values than `least` or one that is not finite, where scipy has no number. */
export function finiteSample(values: ArrayLike<number>, least: number): Float64Array {
  if (values.length < least) throw new RangeError(`${values.length} values, ${least} are needed`)
  const sorted = Float64Array.from(values).sort()
  if (!sorted.every(Number.isFinite)) throw new RangeError('a value is not finite')
  return sorted
}
