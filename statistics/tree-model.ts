import {
  encode,
  list,
  type ModelFeature,
  type ModelValue,
  number,
  parseFeature,
} from './model-json.ts'

/**
 * Decision trees, as `model.json` describes them: boosted ones, whose leaves are added to a baseline, or a forest, whose
 * score is the mean of the leaves. A tree is a list of nodes, the first is its root; a leaf is `[value]`, a split
 * `[feature, threshold or left categories, missing left, left, right]` with `left` and `right` as positions in the list,
 * always behind the node itself.
 */
export interface TreeModel {
  readonly kind: 'gradient-boosted-trees' | 'forest'
  readonly features: readonly ModelFeature[]
  readonly baseline: number
  readonly trees: readonly (readonly TreeNode[])[]
  readonly link: 'logistic' | 'identity'
  /** Values are rounded to single floats before they are compared, as the trainer's library does. */
  readonly single: boolean
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

export function parseTrees(
  model: Readonly<Record<string, unknown>>,
  kind: TreeModel['kind'],
): TreeModel {
  const features = list(model['features'], 'features').map(parseFeature)
  const trees = list(model['trees'], 'trees').map((tree, index) =>
    list(tree, `tree ${index}`).map((node, position, nodes) =>
      parseNode(node, `node ${position} of tree ${index}`, { features, position, nodes }),
    ),
  )
  if (trees.some((tree) => tree.length === 0)) throw new TypeError('a tree without nodes')
  const isForest = kind === 'forest'
  if (isForest && trees.length === 0) throw new TypeError('a forest without trees')
  const { link = isForest ? 'identity' : 'logistic', precision = 'double' } = model
  if (link !== 'logistic' && link !== 'identity') throw new TypeError('link is not known')
  if (precision !== 'single' && precision !== 'double') {
    throw new TypeError('precision is not known')
  }
  const baseline = isForest ? 0 : number(model['baseline'], 'baseline')
  return { kind, features, baseline, trees, link, single: precision === 'single' }
}

/** Baseline and leaves together, of a forest the mean of the leaves, before the link. */
export function treeSum(
  { kind, features, baseline, trees, single }: TreeModel,
  values: Readonly<Record<string, ModelValue>>,
): number {
  const inputs = features.map((feature) => {
    const input = encode(feature, values[feature.name])
    return single && feature.codes === null ? Math.fround(input) : input
  })
  let sum = baseline
  for (const tree of trees) sum += leafOf(tree, inputs)
  return kind === 'forest' ? sum / trees.length : sum
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

function parseNode(
  value: unknown,
  where: string,
  tree: { features: readonly ModelFeature[]; position: number; nodes: readonly unknown[] },
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
