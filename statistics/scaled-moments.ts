/** Mean and standard deviation (count below, ddof 0) of finite values. */
export interface ScaledMoments {
  readonly count: number
  readonly mean: number
  readonly sd: number
}

/**
 * In two passes, scaled by a power of two (exact), so that squares neither cancel nor overflow: values of 1e300 have
 * a finite standard deviation. Throws RangeError without a value.
 */
export function scaledMoments(values: ArrayLike<number>): ScaledMoments {
  const count = values.length
  if (count === 0) throw new RangeError('no value has no mean')
  let largest = 0
  for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(values[i] as number))
  const exponent =
    largest === 0 ? 0 : Math.max(-1000, Math.min(1000, Math.ceil(Math.log2(largest))))
  const scale = 2 ** -exponent
  let sum = 0
  for (let i = 0; i < count; i++) sum += (values[i] as number) * scale
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += ((values[i] as number) * scale - mean) ** 2
  return { count, mean: mean / scale, sd: Math.sqrt(squares / count) / scale }
}
