import { total } from './total.ts'

/** Quantile of rows that are counted per value, values in order; linear between rows (type 7). Throws RangeError. */
export function cellQuantile(
  values: ArrayLike<number>,
  counts: ArrayLike<number>,
  share: number,
): number {
  const rows = total(counts)
  if (!(rows > 0)) throw new RangeError('no value has no quantile')
  const place = share * (rows - 1)
  const below = Math.floor(place)
  const part = place - below
  let passed = 0
  let low: number | null = null
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    passed += counts[i] as number
    if (low === null && passed > below) low = value
    if (low !== null && passed > below + 1) {
      return part < 0.5 ? low + (value - low) * part : value - (value - low) * (1 - part)
    }
  }
  return low ?? (values[values.length - 1] as number)
}
