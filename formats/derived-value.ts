import type { Derivation } from '../contracts/derived-feature.ts'
import { timeOf } from './json-value.ts'
import { localClock } from './local-time.ts'
import { Unreadable } from './unreadable.ts'

/**
 * Prepares the derived values of one raw value: all derivations are of the same feature. A missing value gives nulls.
 * The function throws Unreadable, whose message says what is wrong with the value and where.
 */
export function deriver(
  derivations: readonly Derivation[],
): (raw: unknown, eventMs: number) => readonly (number | null)[] {
  const { feature } = derivations[0] as Derivation
  const parts = derivations.map(partOf)
  const width = derivations.find((each) => 'width' in each)?.width
  const first = derivations[0]?.part
  return (raw, eventMs) => {
    if (raw === null || raw === undefined) return parts.map(() => null)
    const read =
      width !== undefined
        ? vector(feature, raw, width)
        : first === 'length'
          ? text(feature, raw)
          : time(feature, raw)
    return parts.map((part) => part(read as never, eventMs))
  }
}

type Part<Value> = (value: Value, eventMs: number) => number | null

function partOf(from: Derivation): Part<never> {
  if (from.part === 'length') return codePoints satisfies Part<string>
  if (from.part === 'norm') return norm satisfies Part<readonly number[]>
  if (from.part === 'component') {
    return ((values) => values[from.index] as number) satisfies Part<readonly number[]>
  }
  if (from.part === 'projection') return projection(from.index, from.width)
  if (from.part === 'age') {
    return ((timeMs, eventMs) =>
      Number.isNaN(eventMs) ? null : (Math.floor(eventMs) - timeMs) / dayMs) satisfies Part<number>
  }
  const { part, zone } = from
  const clock = localClock(zone)
  return ((timeMs) => clock(timeMs)[part]) satisfies Part<number>
}

const dayMs = 86_400_000
const earliest = Date.parse('0001-01-02T00:00:00Z')
const latest = Date.UTC(9999, 11, 31)

function time(feature: string, raw: unknown): number {
  const timeMs = timeOf(raw)
  // A day is left at both ends, so that the local time of every zone has a year too.
  if (timeMs >= earliest && timeMs < latest) return Math.floor(timeMs)
  throw new Unreadable(feature, 'holds no time: ISO 8601 with zone, or milliseconds since 1970')
}

function text(feature: string, raw: unknown): string {
  if (typeof raw === 'string') return raw
  throw new Unreadable(feature, 'holds no text')
}

function vector(feature: string, raw: unknown, width: number): readonly number[] {
  if (!Array.isArray(raw)) throw new Unreadable(feature, 'holds no array of numbers')
  if (raw.length !== width) {
    throw new Unreadable(feature, `has ${raw.length} numbers where ${width} belong`)
  }
  const wrong = raw.findIndex((value) => typeof value !== 'number')
  if (wrong !== -1) throw new Unreadable(feature, `holds no number at position ${wrong}`)
  return raw as number[]
}

/** Code points; a lone surrogate is one. */
function codePoints(value: string): number {
  let pairs = 0
  for (let i = 0; i + 1 < value.length; i++) {
    if ((value.codePointAt(i) as number) > 0xffff) {
      pairs++
      i++
    }
  }
  return value.length - pairs
}

/** Euclidean length, scaled by the largest component so that no square overflows. */
function norm(values: readonly number[]): number {
  let largest = 0
  for (const value of values) {
    if (Number.isNaN(value)) return Number.NaN
    largest = Math.max(largest, Math.abs(value))
  }
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest
  let sum = 0
  for (const value of values) sum += (value / largest) * (value / largest)
  return largest * Math.sqrt(sum)
}

/**
 * A random projection with signs instead of normal weights (Achlioptas, Database-friendly random projections,
 * 2003), divided by the square root of the width. The signs are a hash of both indices: the same everywhere.
 */
function projection(index: number, width: number): Part<readonly number[]> {
  const signs = Int8Array.from({ length: width }, (_, at) => signOf(index, at))
  const root = Math.sqrt(width)
  return (values) => {
    let sum = 0
    for (let i = 0; i < width; i++) sum += (signs[i] as number) * (values[i] as number)
    return sum / root
  }
}

/** The lowest bit of murmur3's finaliser of both indices. */
function signOf(index: number, at: number): 1 | -1 {
  let state = Math.imul(index + 1, 0x9e3779b1) + at
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return ((state ^ (state >>> 16)) & 1) === 1 ? 1 : -1
}
