/** What the kinds of `model.json` share: their features, and how a value of a record becomes the number that a model reads. */
export interface ModelFeature {
  readonly name: string
  /** Category -> its number; null: the feature is numeric. */
  readonly codes: ReadonlyMap<string, number> | null
}

export type ModelValue = number | string | boolean | null | undefined

/** The number of a value; NaN is missing, as are a category unknown to the model and text that is no number. */
export function encode({ codes }: ModelFeature, value: ModelValue): number {
  if (value === null || value === undefined) return Number.NaN
  if (codes !== null) return codes.get(String(value)) ?? Number.NaN
  if (typeof value === 'string') return textNumbers.get(value) ?? Number.NaN
  return Number(value)
}

/** JSON has no words for these. */
const textNumbers = new Map([
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/** Throws a TypeError that says what is wrong, as the others here do. */
export function parseFeature(value: unknown): ModelFeature {
  const { name, categories } = record(value, 'a feature')
  if (typeof name !== 'string') throw new TypeError('a feature without a name')
  if (categories === undefined) return { name, codes: null }
  const codes = new Map(
    list(categories, `categories of ${name}`).map((category, code) => [String(category), code]),
  )
  return { name, codes }
}

export function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new TypeError(`${what} is not an object`)
}

export function list(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError(`${what} is not a list`)
}

export function number(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`${what} is not a finite number`)
}
