import { type LinearModel, linearSum, parseLinear } from './linear-model.ts'
import { type ModelValue, record } from './model-json.ts'
import { parseTrees, type TreeModel, treeSum } from './tree-model.ts'

/**
 * A model as `model.json` of the training job describes it, whichever trainer fitted it: the one form of model server,
 * comparison and parity check.
 */
export type PortableModel = TreeModel | LinearModel

/** The model in `value`, the parsed JSON of `model.json`. Throws a TypeError that says what is wrong. */
export function parseModel(value: unknown): PortableModel {
  const model = record(value, 'the model')
  const { schema, kind } = model
  if (schema === 'driftgate-model/1') {
    if (kind === 'linear') return parseLinear(model)
    if (kind === 'gradient-boosted-trees' || kind === 'forest') return parseTrees(model, kind)
  }
  throw new TypeError(`unknown model ${String(schema)}, ${String(kind)}`)
}

/**
 * The score of a row: of a classifier the probability of class 1, 0 to 1. A value that is absent, null, NaN or a category
 * unknown to the model is missing. O(trees x depth), O(features) of a linear model.
 */
export function scoreRow(
  model: PortableModel,
  features: Readonly<Record<string, ModelValue>>,
): number {
  const sum = model.kind === 'linear' ? linearSum(model, features) : treeSum(model, features)
  return model.link === 'logistic' ? 1 / (1 + Math.exp(-sum)) : sum
}
