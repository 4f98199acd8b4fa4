import { type DecodeResult, predictionFeature, scoreFeature } from '../contracts/prediction.ts'
import type { DecoderInput } from './format.ts'
import { isStorable, memberReader, stepsOf, timeOf, timeProblem } from './json-value.ts'
import { rowReader } from './row-reader.ts'
import { Unreadable } from './unreadable.ts'

/** The parts of one prediction as a record carries them, before anything is made of them. */
export interface RecordParts {
  readonly id: unknown
  readonly time: unknown
  readonly model: unknown
  readonly version: unknown
  readonly raw: (feature: string) => unknown
}

/** Prepares rows under a binning: parts and the broker's time to a row, or why there is none. It may throw Unreadable. */
export function rowMaker({ model, binning, paths }: DecoderInput) {
  const values = rowReader(binning.features)
  return (parts: RecordParts, timestampMs: number): DecodeResult => {
    if (typeof parts.model === 'string' && parts.model !== model) return { kind: 'foreign' }
    const { id } = parts
    if (typeof id !== 'string' && typeof id !== 'number') {
      return bad('it has no prediction id', paths.id)
    }
    const timeMs = timeOf(parts.time)
    const wrongTime = timeProblem(timeMs, timestampMs)
    if (wrongTime !== null) return bad(wrongTime, paths.time)
    const version = versionOf(parts.version)
    if (version === null) return bad('its model version is no short text', paths.version)
    return {
      kind: 'row',
      row: { id: String(id), timeMs, version, values: values(parts.raw, timeMs) },
    }
  }
}

/** Null: no version that a table could hold. */
function versionOf(value: unknown): string | null {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && isStorable(value) ? value : null
}

/**
 * The way from a record (of `features: ''`, from the section) to every raw feature of the binning, by its name: a
 * path of its own, else its name, taken whole since it may hold dots, in the section of the features.
 */
export function featureSteps(input: DecoderInput): Map<string, readonly string[]> {
  const { paths, featurePaths, binning } = input
  const section = stepsOf(paths.features)
  const stepsTo = (name: string): readonly string[] => {
    if (name === scoreFeature) return stepsOf(paths.score)
    if (name === predictionFeature && paths.prediction !== undefined) {
      return stepsOf(paths.prediction)
    }
    const own = ownPath(featurePaths, name)
    return own === undefined ? [...section, name] : stepsOf(own)
  }
  return new Map(
    binning.features.map(({ name, from }) => {
      const feature = from?.feature ?? name
      return [feature, stepsTo(feature)]
    }),
  )
}

/** Prepares the reading of raw features, by their name, of a record. */
export function featureReader(input: DecoderInput): (record: unknown) => (name: string) => unknown {
  const readers = new Map([...featureSteps(input)].map(([name, to]) => [name, memberReader(to)]))
  return (record) => (name) => readers.get(name)?.(record)
}

/** A record that could not be read, with the part that is to blame as the configuration writes it. */
export function badRecord(error: unknown, input: DecoderInput): DecodeResult {
  if (error instanceof Unreadable) return bad(error.message, pathOf(error.feature, input))
  return bad(error instanceof Error ? error.message : String(error))
}

function pathOf(feature: string, { paths, featurePaths }: DecoderInput): string {
  if (feature === scoreFeature) return paths.score
  if (feature === predictionFeature) return paths.prediction ?? feature
  const section = paths.features === '' ? '' : `${paths.features}.`
  return ownPath(featurePaths, feature) ?? `${section}${feature}`
}

const ownPath = (paths: DecoderInput['featurePaths'], feature: string): string | undefined =>
  paths !== undefined && Object.hasOwn(paths, feature) ? paths[feature] : undefined

export const bad = (reason: string, field?: string): DecodeResult => ({
  kind: 'bad',
  reason,
  ...(field !== undefined && { field }),
})
