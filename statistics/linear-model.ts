import { encode, list, type ModelFeature, number, parseFeature, record } from './model-json.ts'

/** A weighted sum over the features, as `model.json` of kind `linear` describes it. */
export interface LinearModel {
  readonly kind: 'linear'
  readonly features: readonly LinearFeature[]
  readonly intercept: number
  readonly link: 'logistic' | 'identity'
}

export interface LinearFeature extends ModelFeature {
  /** Of each category; of a number the one weight. */
  readonly weights: readonly number[]
  /** What a missing value adds. */
  readonly missing: number
  /** A number beyond these counts as the nearer one: nothing was learned beyond. */
  readonly low: number
  readonly high: number
}

export function parseLinear(model: Readonly<Record<string, unknown>>): LinearModel {
  const { link } = model
  if (link !== 'logistic' && link !== 'identity') throw new TypeError('link is not known')
  return {
    kind: 'linear',
    features: list(model['features'], 'features').map(parseWeights),
    intercept: number(model['intercept'], 'intercept'),
    link,
  }
}

/** The sum of the intercept and what each feature adds, before the link. */
export function linearSum(
  { features, intercept }: LinearModel,
  values: Readonly<Record<string, Parameters<typeof encode>[1]>>,
): number {
  let sum = intercept
  for (const feature of features) {
    const input = encode(feature, values[feature.name])
    if (Number.isNaN(input)) sum += feature.missing
    else if (feature.codes !== null) sum += feature.weights[input] as number
    else sum += feature.weights[0]! * Math.min(Math.max(input, feature.low), feature.high)
  }
  return sum
}

function parseWeights(value: unknown): LinearFeature {
  const feature = parseFeature(value)
  const { weight, weights, missing = 0, low, high } = record(value, 'a feature')
  const what = `of ${feature.name}`
  if (feature.codes === null) {
    return {
      ...feature,
      weights: [number(weight, `weight ${what}`)],
      missing: number(missing, `missing ${what}`),
      low: number(low, `low ${what}`),
      high: number(high, `high ${what}`),
    }
  }
  const each = list(weights, `weights ${what}`).map((one) => number(one, `a weight ${what}`))
  if (each.length !== feature.codes.size) throw new TypeError(`categories ${what} lack weights`)
  const none = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  return { ...feature, weights: each, missing: number(missing, `missing ${what}`), ...none }
}
