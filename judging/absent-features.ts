import type { ModelSettings } from '../contracts/config.ts'
import { predictionFeature, scoreFeature } from '../contracts/prediction.ts'
import { kindRead } from '../formats/index.ts'
import type { Profile } from '../profiles/index.ts'

/** What the log does not carry, or a reference that was given without the model's answers does not know. */
export function absentFeatures({ log }: Pick<ModelSettings, 'log'>, reference: Profile): string[] {
  const answers = [scoreFeature, predictionFeature]
  if (kindRead(log) === 'request') return answers
  const unknown = reference.features.filter(({ missing }) => missing === reference.rows)
  return answers.filter((name) => unknown.some(({ binning }) => binning.name === name))
}
