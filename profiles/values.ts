import type { FeatureValue } from '../contracts/prediction.ts'

/** Bytes of UTF-8 that are kept of a category. */
const longestCategory = 256
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * What a numeric feature counts: a double, NaN and infinities included; `null` when missing; `undefined` when the
 * value cannot belong to the feature. JSON has no NaN, so its three spellings stand for it.
 */
export function numericValue(value: FeatureValue): number | null | undefined {
  if (typeof value === 'number') return value
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  return value === '-Infinity' ? Number.NEGATIVE_INFINITY : undefined
}

/** What a categorical feature counts: a string of at most 256 bytes, `null` when missing. */
export function categoryValue(value: FeatureValue): string | null {
  if (typeof value === 'string') return value.length <= 64 ? value.toWellFormed() : shortened(value)
  return value === null || value === undefined ? null : String(value)
}

function shortened(text: string): string {
  const bytes = encoder.encode(text)
  if (bytes.length <= longestCategory) return text.toWellFormed()
  let end = longestCategory
  // A continuation byte is 10xxxxxx: step back to where a code point begins.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return decoder.decode(bytes.subarray(0, end))
}
