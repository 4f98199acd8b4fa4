/** One value of a feature as a record carries it. `undefined` is a member that is not there. */
export type FeatureValue = number | string | boolean | null | undefined

/** A value before anything is derived of it: an embedding is a list of numbers. */
export type RawValue = FeatureValue | readonly number[]

/** One decoded prediction: `values` in the order of the binning's features. */
export interface PredictionRow {
  readonly id: string
  /** Event time, milliseconds since 1970 UTC. */
  readonly timeMs: number
  readonly version: string
  readonly values: readonly FeatureValue[]
}

/** What a packed row holds of a feature. */
export const held = { missing: 0, number: 1, known: 2, unseen: 3 } as const

/**
 * A prediction that can be counted without being made, since it stands in columns of one row: `id` and `values` are
 * made when somebody asks, and the next record overwrites everything.
 */
export interface PackedRow extends PredictionRow {
  /** The id as UTF-8, from `idFrom` up to `idEnd`; with `idEnd` below `idFrom` it is to be asked for as text. */
  readonly idBytes: Uint8Array
  readonly idFrom: number
  readonly idEnd: number
  /** By feature, see `held`. */
  readonly kinds: Uint8Array
  /** By feature: a number, or the position of a known category in the binning. */
  readonly numbers: Float64Array
  /** By feature: a category that the binning does not know. */
  readonly unseen: readonly string[]
}

/** Of a decoder that need not make every row. */
export type PackedResult = DecodeResult | { readonly kind: 'packed'; readonly row: PackedRow }

/** One half of a prediction, where a log carries what was asked and what was answered apart. */
export type Half = 'request' | 'response'

/** What waits for a join: a half for its other one, a whole prediction for being told from its repetitions. */
export type Piece = Half | 'whole'

/** `half`: the rows are only that half of predictions. */
export type DecodeResult =
  | { readonly kind: 'row'; readonly row: PredictionRow; readonly half?: Half }
  /** A batch of predictions in one record: at least two. */
  | { readonly kind: 'rows'; readonly rows: readonly PredictionRow[]; readonly half?: Half }
  /** A well-formed record that is not for this reading, as of another model: counted, never a problem. */
  | { readonly kind: 'foreign' }
  /** `field`: the part of the record that could not be read, where one is to blame. */
  | { readonly kind: 'bad'; readonly reason: string; readonly field?: string }

/** The prediction event that the `json` format reads by default and the example model server writes. */
export interface PredictionEvent {
  readonly id: string
  /** ISO 8601 with zone. */
  readonly time: string
  readonly model: string
  readonly version: string
  readonly features: Readonly<Record<string, FeatureValue>>
  /** The probability or value that the model gave. */
  readonly score: number
  /** From the whole request to its answer, milliseconds; all rows of a request have the same. */
  readonly latencyMs?: number
}

/** What the log holds of a prediction that the model failed to give: counted by the health of a step, by nothing else. */
export interface FailedPrediction extends Omit<PredictionEvent, 'score'> {
  /** What went wrong, for people. */
  readonly error: string
}

export type LoggedPrediction = PredictionEvent | FailedPrediction

/** A label as it arrives on the label topic, joined by prediction id. */
export interface LabelEvent {
  readonly id: string
  /** Event time of the label itself, ISO 8601 with zone. */
  readonly time: string
  readonly label: number
}

/** The name under which the model's own score is a feature of its profile. */
export const scoreFeature = '(score)'

/** The name under which the class that the model chose is a feature, where `log.paths.prediction` says where it is. */
export const predictionFeature = '(prediction)'

/** The name of the reference that the rows give on which a version was trained. */
export const trainingReference = 'training'

/** Whether a feature is in the answer of a model; all others are in what was asked. */
export const isAnswer = (feature: string): boolean =>
  feature === scoreFeature || feature === predictionFeature
