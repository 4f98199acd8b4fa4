import type { ModelSettings } from '../contracts/config.ts'
import { type FeatureColumn, featureColumns } from '../contracts/derived-feature.ts'
import { predictionRate } from '../contracts/label-settings.ts'

export interface StorageSize {
  readonly features: number
  /** Merged parts of a month: buckets times all rows and each segment. */
  readonly parts: number
  /** Bytes of a month. */
  readonly counts: number
  readonly samples: number
  readonly verdicts: number
  /** Of rows of single predictions, and how many they are. */
  readonly predictions: number
  readonly predictionRows: number
  /** Of what tells repetitions by their ids, where they are removed; it grows no further than this. */
  readonly repetitions: number
  readonly total: number
}

const monthMs = 30 * 86_400_000

/** Beside its counts: the row, its place in the log, its entry in two indexes. */
const bytesOfRow = 450
/** 256 cells of a byte each, and what stands before them. */
const bytesOfNumeric = 316
/** With so many categories as a feature mostly has; the configuration does not say. */
const categories = 50
/** Values as JSON, as PostgreSQL keeps them, compressed; numbers with all their digits. */
const bytesOfSampled = { id: 22, numeric: 14, categorical: 4 } as const
const sampledRows = 1_000
/** Groups of a feature that declares none. */
const groups = 20
/** With an id of 22 characters, as it is mostly at least, and its entry in the index; each segment it is in. */
const bytesOfPrediction = { row: 180, segment: 30 } as const
/** A row that waits for its join, its id and values as text; one that is known by its id afterwards, with its index. */
const bytesOfWaiting = { row: 190, numeric: 19, categorical: 9 } as const
const bytesOfKnown = 145
const bytesOfReport = { all: 1_500, feature: 900 } as const

/**
 * What a model adds to the database in a month, once its parts are merged: an upper bound where every bucket holds a
 * thousand rows or more, of one version, and few rows come late. A test holds it against real rows. `recordsOfDay`: what
 * its topic brings in a day; null: nobody knows, and a thousand rows for each bucket are taken for it.
 */
export function storagePerMonth(
  model: Pick<ModelSettings, 'features' | 'segments' | 'window' | 'log' | 'labels'>,
  recordsOfDay: number | null = null,
): StorageSize {
  const columns: readonly Pick<FeatureColumn, 'type'>[] = [
    ...featureColumns(model.features),
    { type: 'numeric' },
  ]
  const numeric = columns.filter(({ type }) => type === 'numeric').length
  const others = columns.length - numeric
  const buckets = monthMs / model.window.bucket
  const parts = buckets * (1 + segmentsOf(model))
  const counts = parts * (bytesOfRow + 46 + numeric * bytesOfNumeric + others * (4 + categories))
  const { id } = bytesOfSampled
  const row = id + numeric * bytesOfSampled.numeric + others * bytesOfSampled.categorical
  const samples = model.log.keepSample ? buckets * sampledRows * row : 0
  const judged = columns.length * (1 + segmentsOf(model))
  const windows = monthMs / model.window.length
  const verdicts = windows * (bytesOfReport.all + judged * bytesOfReport.feature)
  const read = recordsOfDay === null ? buckets * sampledRows : 30 * recordsOfDay
  const predictionRows = Math.round(read * (predictionRate(model.labels) ?? 0))
  const { row: bytesOfOne, segment } = bytesOfPrediction
  const predictions = predictionRows * (bytesOfOne + model.segments.length * segment)
  const { dedupe, dedupeWithin } = model.log
  const waiting =
    bytesOfWaiting.row + numeric * bytesOfWaiting.numeric + others * bytesOfWaiting.categorical
  const { length } = model.window
  const rowsOfMs = dedupe === 'exact' ? read / monthMs : 0
  const repetitions = rowsOfMs * (length * waiting + (dedupeWithin + length) * bytesOfKnown)
  const total = counts + samples + verdicts + predictions + repetitions
  const told = { counts, samples, verdicts, predictions, predictionRows, repetitions, total }
  return { features: columns.length, parts, ...told }
}

const segmentsOf = ({ features, segments }: Pick<ModelSettings, 'features' | 'segments'>): number =>
  segments.reduce((sum, segment) => {
    if (typeof segment === 'string')
      return sum + (features[segment]?.type === 'boolean' ? 2 : groups)
    return sum + Object.keys(segment.groups).length + 1
  }, 0)
