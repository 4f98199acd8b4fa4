import { variance } from './mean-variance.ts'

/** Mean vectors of groups of rows, all of one size, group by group; and the mean of all. */
export interface GroupMeans {
  readonly groups: number
  readonly values: Float64Array
  readonly mean: Float64Array
}

export function groupMeans(values: Float64Array, width: number): GroupMeans {
  const groups = values.length / width
  const mean = new Float64Array(width)
  for (let i = 0; i < values.length; i++) {
    mean[i % width] = (mean[i % width] as number) + (values[i] as number) / groups
  }
  return { groups, values, mean }
}

export interface GroupShuffles {
  /** Squared distance of the two mean vectors. */
  readonly observed: number
  /** The same after the groups are dealt anew to two sides of the same sizes. */
  draw(): number
  /** Variance of `observed` to first order, by how the groups spread along the difference of the means. */
  readonly linearVariance: number
}

/** Draws the null law of the squared distance of two mean vectors by shuffling groups between the sides. */
export function groupShuffles(x: GroupMeans, y: GroupMeans, next: () => number): GroupShuffles {
  const width = x.mean.length
  const [fewer, more] = x.groups <= y.groups ? [x, y] : [y, x]
  const all = new Float64Array(x.values.length + y.values.length)
  all.set(fewer.values)
  all.set(more.values, fewer.values.length)
  const groups = x.groups + y.groups
  const total = fewer.mean.map(
    (value, i) => value * fewer.groups + (more.mean[i] as number) * more.groups,
  )
  const order = Uint32Array.from({ length: groups }, (_, i) => i)
  const sum = new Float64Array(width)
  const draw = () => {
    sum.fill(0)
    for (let i = 0; i < fewer.groups; i++) {
      const j = i + Math.floor(next() * (groups - i))
      const chosen = order[j] as number
      order[j] = order[i] as number
      order[i] = chosen
      for (let k = 0; k < width; k++) {
        sum[k] = (sum[k] as number) + (all[chosen * width + k] as number)
      }
    }
    return squaredDistance(
      sum.map((value) => value / fewer.groups),
      sum.map((value, i) => ((total[i] as number) - value) / more.groups),
    )
  }
  const gap = x.mean.map((value, i) => value - (y.mean[i] as number))
  return {
    observed: squaredDistance(x.mean, y.mean),
    draw,
    linearVariance: 4 * (variance(along(x, gap)) / x.groups + variance(along(y, gap)) / y.groups),
  }
}

function along({ groups, values }: GroupMeans, gap: Float64Array): Float64Array {
  return Float64Array.from({ length: groups }, (_, group) =>
    gap.reduce((sum, step, k) => sum + step * (values[group * gap.length + k] as number), 0),
  )
}

function squaredDistance(left: Float64Array, right: Float64Array): number {
  return left.reduce((sum, value, i) => sum + (value - (right[i] as number)) ** 2, 0)
}
