import { basename } from 'node:path'
import type { FeatureBinning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { featureColumns } from '../contracts/derived-feature.ts'
import { DriftgateError } from '../contracts/errors.ts'
import {
  type FeatureValue,
  type Half,
  predictionFeature,
  type RawValue,
  scoreFeature,
} from '../contracts/prediction.ts'
import type { FileSchemas } from './file-schemas.ts'

/** Where the parts of a row stand that are no feature; each has the name of its part by default. */
export interface PartColumns {
  readonly score?: string | undefined
  readonly prediction?: string | undefined
  readonly time?: string | undefined
  readonly id?: string | undefined
}

export interface ReferenceRow {
  readonly id: string
  /** The model and the version that answered, where the row says so; empty where not. */
  readonly model: string
  readonly version: string
  /** NaN: unknown. */
  readonly timeMs: number
  /** One value for each configured feature, then the class that the model chose where it is configured, then the score. */
  readonly raw: readonly RawValue[]
  /** One value for each of the features that are read. */
  readonly values: readonly FeatureValue[]
}

export interface ReadRows {
  readonly rows: number
  /** Rows that hold text where a number belongs, for example. */
  readonly unreadable: number
  readonly example: string | null
}

/** What a row is read for: a feature, with what it is made of where it is derived. */
export type RowColumn = Pick<FeatureBinning, 'name' | 'kind' | 'from'>

/** Columns of the configured features, then the class that the model chose where it is configured, then the score. */
export const configuredColumns = ({ features, log }: LoggedFeatures): RowColumn[] => [
  ...featureColumns(features).map(
    ({ name, type, from }): RowColumn => ({
      name,
      kind: type === 'numeric' ? type : 'categorical',
      ...(from && { from }),
    }),
  ),
  ...(log.paths.prediction === undefined
    ? []
    : [{ name: predictionFeature, kind: 'categorical' } as const]),
  { name: scoreFeature, kind: 'numeric' },
]

type LoggedFeatures = Pick<ModelSettings, 'features' | 'log'>

/**
 * Reads the rows of a file, each as the prediction log has it (features in their section, by their paths; where the
 * first record is one of the format of the log, all are) or flat, a column for each feature. Of a log of requests and
 * responses apart the file holds these, which are joined, unless its first record is a whole row. `features`: what a row's
 * values are, in their order. Throws FILE_NOT_FOUND, FILE_FORMAT_UNKNOWN, FILE_UNREADABLE, FILE_PAIRS_MANY, and what
 * loading schemas throws.
 */
export async function readReferenceRows(
  input: {
    readonly path: string
    readonly model: string
    readonly settings: LoggedFeatures
    readonly columns: PartColumns
    readonly features: readonly RowColumn[]
    /** Absent: records name none. */
    readonly schemas?: FileSchemas | undefined
    /** Told of every row that cannot be read, with its time where that is known. */
    readonly onUnreadable?: (timeMs: number) => void
    /** Told of every request and response that counts, and whether its other half is there. */
    readonly onHalf?: (half: Half, timeMs: number, isMatched: boolean) => void
  },
  sink: (row: ReferenceRow) => void,
): Promise<ReadRows> {
  const { path, model: named, settings, columns } = input
  const [
    { readFileRecords },
    { memberReader, stepsOf, timeOf },
    { rowReader },
    { formatReader },
    { PairsOfFile },
  ] = await Promise.all([
    import('./file-records.ts'),
    import('../formats/json-value.ts'),
    import('../formats/row-reader.ts'),
    import('./format-rows.ts'),
    import('./pair-rows.ts'),
  ])
  const { paths } = settings.log
  const at = (way: string, name: string) => {
    const along = memberReader(stepsOf(way))
    return (record: object): unknown => {
      const found = along(record)
      if (found !== undefined) return found
      const flat = record as Record<string, unknown>
      return Object.hasOwn(flat, way)
        ? flat[way]
        : Object.hasOwn(flat, name)
          ? flat[name]
          : undefined
    }
  }
  const section = paths.features === '' ? '' : `${paths.features}.`
  const part = (name: keyof PartColumns, way: string) =>
    at(columns[name] ?? way, columns[name] ?? name)
  const readers = new Map(
    Object.entries(settings.features).map(([name, { path: own }]) => [
      name,
      at(own ?? section + name, name),
    ]),
  )
  const prediction = paths.prediction
  if (prediction !== undefined) readers.set(predictionFeature, part('prediction', prediction))
  readers.set(scoreFeature, part('score', paths.score))
  const [id, time] = [part('id', paths.id), part('time', paths.time)]
  const [model, version] = [at(paths.model, 'model'), at(paths.version, 'version')]
  const names = [...readers.keys()]
  const places = new Map(names.map((name, place) => [name, place]))
  const values = rowReader(input.features)
  let [rows, unreadable] = [0, 0]
  let example: string | null = null
  const seen = new Set<string>()
  const look = (raw: readonly unknown[]) => {
    for (const [i, name] of names.entries()) if (raw[i] != null) seen.add(name)
  }
  const take = (row: RawRow) => {
    look(row.raw)
    let read: FeatureValue[]
    try {
      read = values((name) => row.raw[places.get(name)!], row.timeMs)
    } catch (error) {
      return refuse(row.timeMs, error)
    }
    sink({ ...row, raw: row.raw as RawValue[], values: read })
  }
  const refuse = (timeMs: number, error: unknown) => {
    unreadable++
    input.onUnreadable?.(timeMs)
    example ??= `row ${rows}: ${(error as Error).message}`
  }
  const flat = (record: object): RawRow => ({
    id: nameOf(id(record)) || `row-${rows}`,
    model: nameOf(model(record)),
    version: nameOf(version(record)),
    timeMs: timeOf(time(record)),
    raw: names.map((name) => readers.get(name)?.(record)),
  })
  await input.schemas?.load(path)
  let decode = await formatReader(named, settings, names, input.schemas)
  let pairs =
    settings.log.kind === 'pair'
      ? new PairsOfFile({ file: basename(path), names, delayMs: settings.log.join.delay })
      : null
  const takeFlat = (record: object) => {
    const row = flat(record)
    // Somebody has joined them already.
    if (rows === 1 && pairs?.isWhole(row.raw)) pairs = null
    if (pairs === null) return take(row)
    if (row.model !== '' && row.model !== named) return
    look(row.raw)
    if (Number.isNaN(row.timeMs)) refuse(row.timeMs, new Error('its event time cannot be read'))
    else pairs.add(pairs.halfOf(row.raw), row, rows)
  }
  await readFileRecords(path, (record) => {
    rows++
    if (decode === null) return takeFlat(record)
    try {
      const { rows: found, half } = decode(record) ?? { rows: [] }
      for (const [place, { values: raw, ...row }] of found.entries()) {
        if (half === undefined || pairs === null) take({ ...row, model: named, raw })
        else {
          look(raw)
          pairs.add(half, { ...row, model: named, raw }, rows, place)
        }
      }
    } catch (error) {
      if (error instanceof DriftgateError) throw error
      if (rows > 1) return refuse(Number.NaN, error)
      decode = null
      takeFlat(record)
    }
  })
  if (pairs !== null) {
    const joined = pairs.joined(input.onHalf)
    for (const row of joined) take(row)
    if (joined.length === 0 && rows > 0) {
      const reason = 'no request in it has its response within log.join.delay'
      throw new DriftgateError('FILE_UNREADABLE', { file: basename(path), place: '', reason })
    }
  }
  mustHold(basename(path), rows, names, seen)
  return { rows, unreadable, example }
}

/** A row before anything is derived of it: one raw value for each configured feature and each part of the answer. */
export interface RawRow extends Omit<ReferenceRow, 'raw' | 'values'> {
  readonly raw: readonly unknown[]
}

const nameOf = (found: unknown): string =>
  typeof found === 'string' || typeof found === 'number' || typeof found === 'bigint'
    ? String(found)
    : ''

/** A feature without a single value is more likely another name than a feature. The score may be unknown. */
function mustHold(
  file: string,
  rows: number,
  names: readonly string[],
  seen: ReadonlySet<string>,
): void {
  const missing = names.filter((name) => name !== scoreFeature && !seen.has(name))
  if (rows > 0 && missing.length === 0) return
  const reason =
    rows === 0
      ? 'it holds no row'
      : `no row of it has a value for ${missing.slice(0, 5).join(', ')}`
  throw new DriftgateError('FILE_UNREADABLE', { file, place: '', reason })
}
