/** Sum of counts or values. */
export const total = (values: ArrayLike<number>): number =>
  values instanceof Float64Array ? ofFloats(values) : ofAny(values)

// Two loops, because one that meets several kinds of arrays is several times slower for each of them.
function ofFloats(values: Float64Array): number {
  // Four sums, since each addition waits for the one before it.
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = 0
  for (; i + 3 < values.length; i += 4) {
    a += values[i] as number
    b += values[i + 1] as number
    c += values[i + 2] as number
    d += values[i + 3] as number
  }
  for (; i < values.length; i++) a += values[i] as number
  return a + b + (c + d)
}

function ofAny(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum
}
