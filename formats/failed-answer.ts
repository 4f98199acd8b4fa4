import { scoreFeature } from '../contracts/prediction.ts'
import type { DecoderInput } from './format.ts'
import { memberReader, stepsOf } from './json-value.ts'

/** Where a record says that the model failed to answer. */
export const failurePath = 'error'

/**
 * Whether a record is of an answer that failed inside the model: text under `error`, and no score where the score is
 * counted. Nothing can be counted of it; how many there are is for the health of a step.
 */
export function failureReader({
  binning,
  paths,
}: Pick<DecoderInput, 'binning' | 'paths'>): (record: object) => boolean {
  if (!hasScore(binning)) return () => false
  const error = memberReader(stepsOf(failurePath))
  const score = memberReader(stepsOf(paths.score))
  return (record) => {
    const text = error(record)
    return typeof text === 'string' && text !== '' && (score(record) ?? null) === null
  }
}

export const hasScore = ({ features }: DecoderInput['binning']): boolean =>
  features.some(({ name }) => name === scoreFeature)
