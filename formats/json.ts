import { type DecodeResult, predictionFeature, scoreFeature } from '../contracts/prediction.ts'
import type { DecoderInput, Format, RawRecord } from './format.ts'
import { isStorable, memberReader, parseObject, timeOf, timeProblem } from './json-value.ts'
import { rowReader } from './row-reader.ts'
import { Unreadable } from './unreadable.ts'

/** Flat or nested JSON objects, one prediction a record; dots in a path walk into objects. */
export const json: Format = {
  name: 'json',
  title: 'JSON object',
  decoder(input) {
    const read = readers(input)
    return (record) => {
      try {
        return decode(record, read, input)
      } catch (error) {
        if (error instanceof Unreadable) {
          return bad(error.message, pathOf(error.feature, input.paths))
        }
        return bad(error instanceof Error ? error.message : String(error))
      }
    }
  },
}

function readers({ paths, binning }: DecoderInput) {
  const at = (path: string) => memberReader(path.split('.'))
  // A feature's own name may hold dots: it is taken whole.
  const member = (name: string) => {
    if (name === scoreFeature) return at(paths.score)
    if (name === predictionFeature && paths.prediction !== undefined) return at(paths.prediction)
    return memberReader([...paths.features.split('.'), name])
  }
  const raw = new Map(
    binning.features.map(({ name, from }) => {
      const feature = from?.feature ?? name
      return [feature, member(feature)]
    }),
  )
  return {
    id: at(paths.id),
    time: at(paths.time),
    model: at(paths.model),
    version: at(paths.version),
    raw: (parsed: object) => (feature: string) => raw.get(feature)?.(parsed),
    values: rowReader(binning.features),
  }
}

function decode(
  { value, timestampMs }: RawRecord,
  read: ReturnType<typeof readers>,
  { model, paths }: DecoderInput,
): DecodeResult {
  const parsed = parseObject(value)
  const named = read.model(parsed)
  if (typeof named === 'string' && named !== model) return { kind: 'foreign' }
  const id = read.id(parsed)
  if (typeof id !== 'string' && typeof id !== 'number') {
    return bad('it has no prediction id', paths.id)
  }
  const timeMs = timeOf(read.time(parsed))
  const wrongTime = timeProblem(timeMs, timestampMs)
  if (wrongTime !== null) return bad(wrongTime, paths.time)
  const version = versionOf(read.version(parsed))
  if (version === null) return bad('its model version is no short text', paths.version)
  const values = read.values(read.raw(parsed), timeMs)
  return { kind: 'row', row: { id: String(id), timeMs, version, values } }
}

/** Null: no version that a table could hold. */
function versionOf(value: unknown): string | null {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && isStorable(value) ? value : null
}

/** Where a record keeps a feature, as the configuration writes it. */
function pathOf(feature: string, paths: DecoderInput['paths']): string {
  if (feature === scoreFeature) return paths.score
  if (feature === predictionFeature) return paths.prediction ?? feature
  return `${paths.features}.${feature}`
}

const bad = (reason: string, field?: string): DecodeResult => ({
  kind: 'bad',
  reason,
  ...(field !== undefined && { field }),
})
