import type { Binning, FeatureBinning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import {
  type FeatureValue,
  isAnswer,
  type PackedResult,
  type PredictionRow,
  scoreFeature,
} from '../contracts/prediction.ts'
import { recordLayout } from '../contracts/record-layout.ts'
import type { SchemaLookup } from '../contracts/registered-schema.ts'
import { type DecoderInput, decodeTogether, type Format, type RawRecord } from '../formats/index.ts'

/** One answer as the health of a step counts it. */
export interface Answer {
  readonly version: string
  readonly failed: boolean
  /** Null: the record does not say. */
  readonly latencyMs: number | null
  readonly score: number | null
  /** What was asked, in the order of the features of `asked`; null: it cannot be read. */
  readonly asked: readonly FeatureValue[] | null
}

/** `none`: a record that answers nothing, as of another model. */
export type Decoded = readonly Answer[] | 'none' | 'unreadable'

const errorFeature = '(error)'
const latencyFeature = '(latency)'
/** A score by another name: an answer that failed is foreign to whoever counts scores. */
const answerFeature = '(answer)'

const numeric = (name: string): FeatureBinning => ({
  ...{ name, kind: 'numeric', edges: [], minimum: 0, maximum: 0, scale: 0 },
})
const categorical = (name: string): FeatureBinning => ({
  ...{ name, kind: 'categorical', categories: [] },
})

/** The features of a binning that are asked, not answered; null: there is none. */
export function askedBinning(binning: Binning | null): Binning | null {
  if (binning === null) return null
  const { segments, features, ...rest } = binning
  const asked = features.filter(({ name, from }) => !isAnswer(from?.feature ?? name))
  return asked.length === 0 ? null : { ...rest, features: asked }
}

/** Where records say how an answer went; undefined: nowhere. */
export const answerPaths = (
  { log }: Pick<ModelSettings, 'log'>,
  { answered }: Pick<Format, 'answered'>,
): { readonly error: string | undefined; readonly latency: string | undefined } => ({
  error: log.paths.error ?? answered?.error,
  latency: log.paths.latency ?? answered?.latency,
})

/**
 * Prepares the reading of answers by the format and paths of a model. Each part is decoded as a feature of its own, by
 * the same decoders as predictions, so that a part that cannot be read hides no other one: an error that is an object is
 * still an error.
 */
export function answerDecoder(
  model: string,
  settings: Pick<ModelSettings, 'log' | 'features'>,
  format: Format,
  asked: Binning | null,
  schemas: SchemaLookup | undefined,
): (record: RawRecord) => Decoded {
  const layout = recordLayout(settings)
  const { error, latency } = answerPaths(settings, format)
  const isPair = layout.kind === 'pair'
  const input = (features: FeatureBinning[], path?: string): DecoderInput => ({
    ...{ ...layout, model, ...(schemas && { schemas }) },
    binning: { schema: 'driftgate-binning/1', model, version: '', features },
    ...(path !== undefined && { featurePaths: { [features[0]?.name as string]: path } }),
  })
  const inputs = {
    score:
      format.answered === undefined
        ? input([numeric(scoreFeature)])
        : input([numeric(answerFeature)], layout.paths.score),
    ...(error !== undefined && { error: input([categorical(errorFeature)], error) }),
    ...(latency !== undefined && { latency: input([numeric(latencyFeature)], latency) }),
    ...(asked !== null && { asked: { ...input([]), binning: asked } }),
  }
  const names = Object.keys(inputs)
  const decode = decodeTogether(format, Object.values(inputs))
  return (record) => {
    const results = decode(record)
    const parts = Object.fromEntries(
      names.map((name, index) => [name, partOf(results[index] as PackedResult)]),
    ) as Record<string, Part>
    const { score, error: errors, latency: latencies, asked: inputsAsked } = parts
    if (score === undefined || score.kind === 'foreign') return 'none'
    if (score.kind === 'bad') return 'unreadable'
    const answers = score.rows.map(({ version, values: [value] }, index): Answer => {
      const took = firstOf(latencies, index)
      return {
        ...{ version, failed: hasFailed(errors, index, error) },
        latencyMs: isSummable(took) && took >= 0 ? took : null,
        score: isSummable(value) ? value : null,
        asked: (inputsAsked?.kind === 'rows' && inputsAsked.rows[index]?.values) || null,
      }
    })
    // Of pairs a request answers nothing.
    const told =
      isPair && score.half === 'request'
        ? answers.filter(({ failed, score }) => failed || score !== null)
        : answers
    return told.length === 0 ? 'none' : told
  }
}

type Part =
  | { readonly kind: 'rows'; readonly rows: readonly PredictionRow[]; readonly half?: string }
  | { readonly kind: 'bad'; readonly field?: string }
  | { readonly kind: 'foreign' }

/** The next record overwrites packed rows, whose values are made here. */
function partOf(result: PackedResult): Part {
  if (result.kind === 'packed') {
    const { id, timeMs, version, values } = result.row
    return { kind: 'rows', rows: [{ id, timeMs, version, values }] }
  }
  if (result.kind !== 'row') return result
  return { kind: 'rows', rows: [result.row], ...(result.half && { half: result.half }) }
}

const firstOf = (part: Part | undefined, index: number): FeatureValue =>
  part?.kind === 'rows' ? part.rows[index]?.values[0] : undefined

const nothing = new Set<FeatureValue>([undefined, null, false, 0, '', 'false', '0'])

/** A part that is there and no single value says that something went wrong too. */
function hasFailed(part: Part | undefined, index: number, path: string | undefined): boolean {
  if (part?.kind === 'bad') return part.field === path
  return !nothing.has(firstOf(part, index))
}

/** Its square, and a sum of as many as there are, is a number too. */
const isSummable = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= 1e100
