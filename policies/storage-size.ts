import type { ModelSettings } from '../contracts/config.ts'
import { keepsSamples } from '../contracts/data-settings.ts'
import { type FeatureColumn, featureColumns } from '../contracts/derived-feature.ts'
import { predictionRate } from '../contracts/label-settings.ts'
import { repeatsMs, unmatchedMs } from './pairs.ts'

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
  /** Of their labels, one each. */
  readonly labels: number
  /** Of what tells repetitions by their ids, where they are removed; it grows no further than this. */
  readonly repetitions: number
  /** Of requests and responses that wait or may come again: as many as are there at once, not of a month. */
  readonly halves: number
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
/** The same of a label, which is read once and not corrected; its index grows in the order of ids, that is in none. */
const bytesOfLabel = 195
/** A row that waits for its join, its id and values as text; one that is known by its id afterwards, with its index. */
const bytesOfWaiting = { row: 190, numeric: 19, categorical: 9 } as const
const bytesOfKnown = 145
/** With its entry in the index; its values as JSON. */
const bytesOfHalf = { row: 215, numeric: 19, categorical: 9 } as const
const bytesOfReport = { all: 1_500, feature: 900 } as const

/**
 * What a model adds to the database in a month, once its parts are merged: an upper bound where every bucket holds a
 * thousand rows or more, of one version, and few rows come late. A test holds it against real rows. `recordsOfDay`: what
 * its topic brings in a day; null: nobody knows, and a thousand rows for each bucket are taken for it.
 */
export function storagePerMonth(
  model: Pick<
    ModelSettings,
    'features' | 'segments' | 'window' | 'log' | 'labels' | 'detection' | 'data'
  >,
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
  const samples = keepsSamples(model) ? buckets * sampledRows * row : 0
  const judged = columns.length * (1 + segmentsOf(model))
  const windows = monthMs / model.window.length
  const verdicts = windows * (bytesOfReport.all + judged * bytesOfReport.feature)
  // Two records of a log that carries requests and responses apart are one row.
  const records = model.log.kind === 'pair' ? 2 : 1
  const read = recordsOfDay === null ? buckets * sampledRows : (30 * recordsOfDay) / records
  const predictionRows = Math.round(read * (predictionRate(model.labels) ?? 0))
  const { row: bytesOfOne, segment } = bytesOfPrediction
  const predictions = predictionRows * (bytesOfOne + model.segments.length * segment)
  const labels = predictionRows * bytesOfLabel
  const { dedupe, dedupeWithin } = model.log
  const waiting =
    bytesOfWaiting.row + numeric * bytesOfWaiting.numeric + others * bytesOfWaiting.categorical
  const { length } = model.window
  const rowsOfMs = dedupe === 'exact' ? read / monthMs : 0
  const repetitions = rowsOfMs * (length * waiting + (dedupeWithin + length) * bytesOfKnown)
  const values = numeric * bytesOfHalf.numeric + others * bytesOfHalf.categorical
  const halves = read * heldOf(model) * (2 * bytesOfHalf.row + values)
  const kept = { counts, samples, verdicts, predictions, labels, repetitions, halves }
  const total = Object.values(kept).reduce((sum, bytes) => sum + bytes, 0)
  return { features: columns.length, parts, predictionRows, ...kept, total }
}

/**
 * Which share of the pairs of a month has its halves stored at once: all until they are joined and may come again, and as
 * many without their other half as a verdict bears.
 */
function heldOf({ log, window, detection }: Pick<ModelSettings, 'log' | 'window' | 'detection'>) {
  if (log.kind !== 'pair') return 0
  const { length, lateness } = window
  const again = Math.ceil((log.join.delay + repeatsMs) / length) * length
  return (length + lateness + again + detection.maximumBadShare * unmatchedMs) / monthMs
}

const segmentsOf = ({ features, segments }: Pick<ModelSettings, 'features' | 'segments'>): number =>
  segments.reduce((sum, segment) => {
    if (typeof segment === 'string')
      return sum + (features[segment]?.type === 'boolean' ? 2 : groups)
    return sum + Object.keys(segment.groups).length + 1
  }, 0)
