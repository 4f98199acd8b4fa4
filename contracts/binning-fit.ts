import type { Binning } from './binning.ts'
import { type FeatureColumn, featureColumns } from './derived-feature.ts'
import type { ModelSettings } from './model-settings.ts'
import { predictionFeature, scoreFeature } from './prediction.ts'

/** Why a binning is not one of a model's configured features, in any order; null when it is. */
export function binningProblem(
  model: string,
  { features, log, segments }: Pick<ModelSettings, 'features' | 'log' | 'segments'>,
  binning: Binning,
): string | null {
  if (binning.model !== model) return `it is one of the model ${binning.model}`
  const wanted = new Map<string, string>([
    ...featureColumns(features).map(({ name, type }) => [name, kindOf(type)] as const),
    ...(log.paths.prediction === undefined ? [] : [[predictionFeature, 'categorical'] as const]),
    [scoreFeature, 'numeric'],
  ])
  for (const { name, kind } of binning.features) {
    if (wanted.get(name) !== kind) {
      return `its feature ${name} is ${kind}, configured is ${wanted.get(name) ?? 'none'}`
    }
    wanted.delete(name)
  }
  if (wanted.size > 0) return `it has no feature ${[...wanted.keys()].join(', ')}`
  const configured = segments.map((each) => (typeof each === 'string' ? each : each.feature))
  const segmented = (binning.segments ?? []).map(({ feature }) => feature)
  return configured.join() === segmented.join()
    ? null
    : `its segments are by ${segmented.join(', ') || 'nothing'}, configured are ${configured.join(', ') || 'none'}`
}

const kindOf = (type: FeatureColumn['type']) => (type === 'numeric' ? type : 'categorical')
