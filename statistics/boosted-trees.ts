/**
 * Scores gradient-boosted trees for one row, as `model.json` of the training job describes them: the
 * one scorer of model server, comparison and parity check. A tree is a list of nodes, the first is its
 * root; a leaf is `[value]`, a split `[feature, threshold or left categories, missing left, left,
 * right]` with `left` and `right` as positions in the list, always behind the node itself.
 */
export interface BoostedTrees {
  readonly features: readonly TreeFeature[]
  readonly baseline: number
  readonly trees: readonly (readonly TreeNode[])[]
}

export interface TreeFeature {
  readonly name: string
  /** Category -> its number; null: the feature is numeric. */
  readonly codes: ReadonlyMap<string, number> | null
}

type TreeNode =
  | { readonly kind: 'leaf'; readonly value: number }
  | {
      readonly kind: 'split'
      readonly feature: number
      /** Present values up to this go left; null: `categories` do. */
      readonly threshold: number | null
      readonly categories: ReadonlySet<number>
      readonly missingLeft: boolean
      readonly left: number
      readonly right: number
    }

export type TreeValue = number | string | boolean | null | undefined

/** The model in `value`, the parsed JSON of `model.json`. Throws a TypeError that says what is wrong. */
export function parseModel(value: unknown): BoostedTrees {
  const model = record(value, 'the model')
  if (model['schema'] !== 'driftgate-model/1' || model['kind'] !== 'gradient-boosted-trees') {
    throw new TypeError(`unknown model ${String(model['schema'])}, ${String(model['kind'])}`)
  }
  const features = list(model['features'], 'features').map(parseFeature)
  const trees = list(model['trees'], 'trees').map((tree, index) =>
    list(tree, `tree ${index}`).map((node, position, nodes) =>
      parseNode(node, `node ${position} of tree ${index}`, { features, position, nodes }),
    ),
  )
  if (trees.some((tree) => tree.length === 0)) throw new TypeError('a tree without nodes')
  return { features, baseline: number(model['baseline'], 'baseline'), trees }
}

/**
 * Probability of class 1, 0 to 1: the logistic of baseline plus one leaf per tree. A value that is
 * absent, null, NaN or a category unknown to the model is missing. O(trees x depth).
 */
export function scoreRow(
  model: BoostedTrees,
  features: Readonly<Record<string, TreeValue>>,
): number {
  const inputs = model.features.map((feature) => encode(feature, features[feature.name]))
  let logOdds = model.baseline
  for (const tree of model.trees) logOdds += leafOf(tree, inputs)
  return 1 / (1 + Math.exp(-logOdds))
}

function leafOf(tree: readonly TreeNode[], inputs: readonly number[]): number {
  let node = tree[0]!
  while (node.kind === 'split') {
    const input = inputs[node.feature]!
    const goesLeft = Number.isNaN(input)
      ? node.missingLeft
      : node.threshold === null
        ? node.categories.has(input)
        : input <= node.threshold
    node = tree[goesLeft ? node.left : node.right]!
  }
  return node.value
}

/** The number the trees compare; NaN is missing. */
function encode(feature: TreeFeature, value: TreeValue): number {
  if (value === null || value === undefined) return Number.NaN
  if (feature.codes !== null) return feature.codes.get(String(value)) ?? Number.NaN
  if (typeof value === 'string') return textNumbers.get(value) ?? Number.NaN
  return Number(value)
}

/** JSON has no words for these. */
const textNumbers = new Map([
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

function parseFeature(value: unknown): TreeFeature {
  const feature = record(value, 'a feature')
  const { name, categories } = feature as { name?: unknown; categories?: unknown }
  if (typeof name !== 'string') throw new TypeError('a feature without a name')
  if (categories === undefined) return { name, codes: null }
  const codes = new Map(
    list(categories, `categories of ${name}`).map((category, code) => [String(category), code]),
  )
  return { name, codes }
}

function parseNode(
  value: unknown,
  where: string,
  tree: { features: readonly TreeFeature[]; position: number; nodes: readonly unknown[] },
): TreeNode {
  const parts = list(value, where)
  if (parts.length === 1) return { kind: 'leaf', value: number(parts[0], where) }
  const [feature, split, missingLeft, left, right] = parts
  for (const child of [left, right]) {
    const inside = Number.isInteger(child) && (child as number) < tree.nodes.length
    if (!inside || (child as number) <= tree.position) throw new TypeError(`${where} has no child`)
  }
  const known = tree.features[number(feature, where)]
  if (known === undefined || Array.isArray(split) !== (known.codes !== null)) {
    throw new TypeError(`${where} splits a feature that is not there or of another kind`)
  }
  return {
    kind: 'split',
    feature: feature as number,
    threshold: Array.isArray(split) ? null : threshold(split, where),
    categories: new Set(Array.isArray(split) ? split.map((code) => number(code, where)) : []),
    missingLeft: missingLeft === 1 || missingLeft === true,
    left: left as number,
    right: right as number,
  }
}

const threshold = (value: unknown, where: string): number =>
  value === 'Infinity' ? Number.POSITIVE_INFINITY : number(value, where)

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new TypeError(`${what} is not an object`)
}

function list(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError(`${what} is not a list`)
}

function number(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`${what} is not a finite number`)
}
