/** Sum of counts or values. */
export const total = (values: ArrayLike<number>): number =>
  values instanceof Float64Array ? ofFloats(values) : ofAny(values)

// Two loops, because one that meets several kinds of arrays is several times slower for each of them.
function ofFloats(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum
}

function ofAny(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum
}
