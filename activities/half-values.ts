import type { Binning } from '../contracts/binning.ts'
import {
  type FeatureValue,
  type Half,
  isAnswer,
  type Piece,
  type PredictionRow,
} from '../contracts/prediction.ts'
import type { Pair } from '../policies/pairs.ts'

/** How the values of what waits are kept until it is joined: those that belong to it, in the order of the binning. */
export interface HalfValues {
  readonly text: (piece: Piece, values: readonly FeatureValue[]) => string
  /** A pair is at the time of its request, and of the version that answered, else the one that was asked. */
  readonly pair: (id: string, pair: Pair) => PredictionRow
  /** What was kept whole, its values as text. */
  readonly whole: (
    row: Omit<PredictionRow, 'values'> & { readonly values: string },
  ) => PredictionRow
}

export function halfValues({ features }: Pick<Binning, 'features'>): HalfValues {
  const columns: Record<Piece, number[]> = {
    ...{ request: [], response: [], whole: features.map((_, index) => index) },
  }
  for (const [index, { name, from }] of features.entries()) {
    columns[isAnswer(from?.feature ?? name) ? 'response' : 'request'].push(index)
  }
  const fill = (row: FeatureValue[], half: Half, text: string) => {
    const values = JSON.parse(text) as FeatureValue[]
    for (const [place, column] of columns[half].entries()) row[column] = values[place]
  }
  return {
    text: (piece, values) =>
      JSON.stringify(columns[piece].map((column) => spelled(values[column]))),
    whole: ({ id, timeMs, version, values }) => ({
      ...{ id, timeMs, version, values: JSON.parse(values) as FeatureValue[] },
    }),
    pair: (id, { request, response }) => {
      const values: FeatureValue[] = new Array(features.length)
      fill(values, 'request', request.values)
      fill(values, 'response', response.values)
      return { id, timeMs: request.timeMs, version: response.version || request.version, values }
    },
  }
}

/** JSON has no NaN and no infinities: they are spelled, as in a record. */
const spelled = (value: FeatureValue): FeatureValue =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value ?? null)
