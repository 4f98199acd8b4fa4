import type { InferredFeature } from '../contracts/inferred-features.ts'
import { timeOf } from './json-value.ts'

/** Distinct values that are told apart. */
const mostDistinct = 1_000
/** Components beyond this are compared as projections. */
const mostComponents = 256
const spelled = new Set(['NaN', 'Infinity', '-Infinity'])

/** What is known of the values at one place. */
export interface Seen {
  add(value: unknown): void
  readonly values: number
  readonly kinds: Readonly<
    Record<'number' | 'boolean' | 'time' | 'text' | 'list' | 'other', number>
  >
  readonly minimum: number
  readonly maximum: number
  /** Value -> how often, of the first 1,000 that were there. */
  readonly distinct: ReadonlyMap<string, number>
  readonly manyDistinct: boolean
  /** Texts with a blank inside, as sentences have. */
  readonly wordy: number
  readonly width: number | null
}

/** The type that values speak for, or why they are no feature. */
export type Told = Omit<InferredFeature, 'name' | 'path'> | { readonly reason: string }

export function createSeen(): Seen {
  const distinct = new Map<string, number>()
  const seen = {
    values: 0,
    kinds: { number: 0, boolean: 0, time: 0, text: 0, list: 0, other: 0 },
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    distinct,
    manyDistinct: false,
    wordy: 0,
    width: null as number | null,
    add(value: unknown) {
      if (value === null || value === undefined || value === '') return
      seen.values++
      const kind = kindOf(value)
      seen.kinds[kind]++
      if (kind === 'list') return widen(value as readonly unknown[])
      if (kind === 'other') return
      if (kind === 'number') range(Number(value))
      if (kind === 'time') range(timeOf(value))
      if (kind === 'text' && /\S\s+\S/.test(value as string)) seen.wordy++
      count(String(value).slice(0, 200))
    },
  }
  const range = (value: number) => {
    seen.minimum = Math.min(seen.minimum, Number.isNaN(value) ? seen.minimum : value)
    seen.maximum = Math.max(seen.maximum, Number.isNaN(value) ? seen.maximum : value)
  }
  const count = (text: string) => {
    const times = distinct.get(text)
    if (times !== undefined) distinct.set(text, times + 1)
    else if (distinct.size < mostDistinct) distinct.set(text, 1)
    else seen.manyDistinct = true
  }
  const widen = (list: readonly unknown[]) => {
    const width = list.every((item) => typeof item === 'number') ? list.length : -1
    seen.width = seen.width === null || seen.width === width ? width : -1
  }
  return seen
}

function kindOf(value: unknown): keyof Seen['kinds'] {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  if (Array.isArray(value)) return 'list'
  if (typeof value !== 'string') return 'other'
  if (spelled.has(value)) return 'number'
  return Number.isNaN(timeOf(value)) ? 'text' : 'time'
}

/** The type that the values at one place speak for, or why they are no feature. */
export function toldOf(seen: Seen, records: number): Told {
  const { kinds, values, distinct } = seen
  const only = (...some: (keyof Seen['kinds'])[]) =>
    some.reduce((sum, kind) => sum + kinds[kind], 0) === values
  const missing = records - values
  const note = (text: string) =>
    missing === 0 ? text : `${text}; ${share(missing / records)} missing`
  if (values === 0) return { reason: 'it never has a value' }
  if (kinds.other > 0) return { reason: 'it holds objects' }
  if (kinds.list > 0)
    return only('list') ? vector(seen, note) : { reason: 'it holds lists and others' }
  if (only('boolean')) return { type: 'boolean', note: note(`${distinct.size} of 2 values`) }
  if (only('number')) return { type: 'numeric', note: note(ofNumbers(seen)) }
  if (only('time')) {
    const [first, last] = [seen.minimum, seen.maximum].map((ms) => new Date(ms).toISOString())
    return { type: 'timestamp', note: note(`${first} to ${last}`) }
  }
  const own = seen.manyDistinct || (distinct.size >= 50 && distinct.size > values / 2)
  if (own && seen.wordy > values / 2) return { type: 'text', note: note('its length is compared') }
  if (own && only('text', 'time')) return { reason: 'most records have a value of their own' }
  const mixed = only('text', 'time') ? '' : ', of several types'
  return { type: 'categorical', note: note(`${ofCategories(seen)}${mixed}`) }
}

function vector({ width }: Seen, note: (text: string) => string): Told {
  if (width === null || width < 1) return { reason: 'its lists are not all of as many numbers' }
  return width > mostComponents
    ? { type: 'embedding', width, projections: 16, note: note('compared by 16 projections') }
    : { type: 'embedding', width, note: note('compared component by component') }
}

function ofNumbers(seen: Seen): string {
  const { minimum, maximum, distinct, manyDistinct } = seen
  const range = minimum <= maximum ? `${minimum} to ${maximum}` : 'never finite'
  if (manyDistinct) return range
  const few = distinct.size <= 12 && seen.values > 100
  return `${range}, ${distinct.size} different${few ? ': perhaps categorical' : ''}`
}

function ofCategories({ distinct, manyDistinct }: Seen): string {
  if (manyDistinct) return `more than ${mostDistinct} values`
  const most = [...distinct].sort(
    (left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1),
  )
  const shown = most.slice(0, 5).map(([value]) => JSON.stringify(value.slice(0, 30)))
  return `${distinct.size} ${distinct.size === 1 ? 'value' : 'values'}: ${shown.join(', ')}${most.length > 5 ? ', ...' : ''}`
}

const share = (part: number) =>
  part < 0.001 ? 'fewer than 0.1 %' : `${Number((100 * part).toFixed(1))} %`
