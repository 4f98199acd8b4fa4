import type { Binning } from '../contracts/binning.ts'
import {
  type FeatureValue,
  type Half,
  isAnswer,
  type PredictionRow,
} from '../contracts/prediction.ts'
import type { Pair } from '../policies/pairs.ts'

/** How the values of a half are kept until it is joined: those that belong to it, in the order of the binning. */
export interface HalfValues {
  readonly text: (half: Half, values: readonly FeatureValue[]) => string
  /** A pair is at the time of its request, and of the version that answered, else the one that was asked. */
  readonly row: (id: string, pair: Pair) => PredictionRow
}

export function halfValues({ features }: Pick<Binning, 'features'>): HalfValues {
  const columns = { request: [] as number[], response: [] as number[] }
  for (const [index, { name, from }] of features.entries()) {
    columns[isAnswer(from?.feature ?? name) ? 'response' : 'request'].push(index)
  }
  const fill = (row: FeatureValue[], half: Half, text: string) => {
    const values = JSON.parse(text) as FeatureValue[]
    for (const [place, column] of columns[half].entries()) row[column] = values[place]
  }
  return {
    text: (half, values) => JSON.stringify(columns[half].map((column) => spelled(values[column]))),
    row: (id, { request, response }) => {
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
