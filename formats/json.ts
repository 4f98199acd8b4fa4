import { type DecodeResult, type FeatureValue, scoreFeature } from '../contracts/prediction.ts'
import type { DecoderInput, Format, RawRecord } from './format.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })
const earliest = Date.UTC(1990, 0, 1)
const dayMs = 86_400_000
const spelled = new Set(['NaN', 'Infinity', '-Infinity'])

/** Flat or nested JSON objects, one prediction a record; dots in a path walk into objects. */
export const json: Format = {
  name: 'json',
  title: 'JSON object',
  decoder(input) {
    const read = readers(input)
    return (record) => {
      try {
        return decode(record, read, input.model)
      } catch (error) {
        return bad(error instanceof Error ? error.message : String(error))
      }
    }
  },
}

type Reader = (value: unknown) => unknown

function readers({ paths, binning }: DecoderInput) {
  const features = binning.features.map(({ name, kind }) => ({
    name,
    kind,
    read: walk(
      name === scoreFeature ? paths.score : `${paths.features}.${name}`,
      paths.features,
      name,
    ),
  }))
  return {
    id: walk(paths.id),
    time: walk(paths.time),
    model: walk(paths.model),
    version: walk(paths.version),
    features,
  }
}

/** Follows a path; a feature's own name may hold dots, so it is taken whole. */
function walk(path: string, parent?: string, name?: string): Reader {
  const steps =
    name === undefined || path !== `${parent}.${name}`
      ? path.split('.')
      : [...(parent ?? '').split('.'), name]
  return (value) => {
    let found: unknown = value
    for (const step of steps) {
      if (found === null || typeof found !== 'object') return undefined
      found = (found as Record<string, unknown>)[step]
    }
    return found
  }
}

function decode(
  { value, timestampMs }: RawRecord,
  read: ReturnType<typeof readers>,
  model: string,
): DecodeResult {
  if (value === null) return bad('it has no value')
  const parsed = parse(value)
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
    return bad('it is no JSON object')
  const named = read.model(parsed)
  if (typeof named === 'string' && named !== model) return { kind: 'foreign' }
  const id = read.id(parsed)
  if (typeof id !== 'string' && typeof id !== 'number') return bad('it has no prediction id')
  const timeMs = timeOf(read.time(parsed))
  if (Number.isNaN(timeMs)) return bad('its event time cannot be read')
  if (timeMs < earliest) return bad('its event time is before 1990')
  if (timeMs > timestampMs + dayMs)
    return bad('its event time is more than a day after the broker received it')
  const version = read.version(parsed)
  const values: FeatureValue[] = []
  for (const { name, kind, read: of } of read.features) {
    const found = of(parsed)
    if (typeof found === 'object' && found !== null) return bad(`${name} is no single value`)
    if (kind === 'numeric' && typeof found === 'string' && !spelled.has(found)) {
      return bad(`${name} holds text where a number belongs`)
    }
    values.push(found as FeatureValue)
  }
  return {
    kind: 'row',
    row: {
      id: String(id),
      timeMs,
      version: version === undefined || version === null ? '' : String(version),
      segment: '',
      values,
    },
  }
}

function parse(value: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(value)
  } catch {
    throw new Error('it is not UTF-8')
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
}

/** ISO 8601 with zone, or milliseconds since 1970. */
function timeOf(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN
  if (typeof value !== 'string' || !/(Z|[+-]\d\d:?\d\d)$/.test(value)) return Number.NaN
  return Date.parse(value)
}

const bad = (reason: string): DecodeResult => ({ kind: 'bad', reason })
