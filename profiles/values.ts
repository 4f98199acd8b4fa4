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
  if (typeof value === 'string') {
    return fits(value) ? value.toWellFormed() : shortened(value)
  }
  return value === null || value === undefined ? null : String(value)
}

/** Whether the UTF-8 bytes are few enough; they are counted and not written. */
function fits(text: string): boolean {
  // A code unit takes at most 3 bytes.
  if (text.length * 3 <= longestCategory) return true
  let bytes = 0
  for (let i = 0; i < text.length && bytes <= longestCategory; i++) {
    const point = text.codePointAt(i) as number
    if (point > 0xffff) i++
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes <= longestCategory
}

function shortened(text: string): string {
  const bytes = encoder.encode(text)
  let end = longestCategory
  // A continuation byte is 10xxxxxx: step back to where a code point begins.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return decoder.decode(bytes.subarray(0, end))
}
