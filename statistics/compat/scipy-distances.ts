import { total } from '../total.ts'
import { energyDistance, type ValueCells, wasserstein1 } from '../transport.ts'

interface Weights {
  readonly u_weights?: ArrayLike<number>
  readonly v_weights?: ArrayLike<number>
}

/** `scipy.stats.wasserstein_distance`, in the unit of the values. Throws RangeError for an empty or weightless side. */
export const wassersteinDistance = (
  u: ArrayLike<number>,
  v: ArrayLike<number>,
  weights: Weights = {},
): number => wasserstein1(weighted(u, v, weights))

/** `scipy.stats.energy_distance`, in the square root of the unit. Throws RangeError as the other distance does. */
export const energyDistance2 = (
  u: ArrayLike<number>,
  v: ArrayLike<number>,
  weights: Weights = {},
): number => energyDistance(weighted(u, v, weights))

function weighted(
  u: ArrayLike<number>,
  v: ArrayLike<number>,
  { u_weights, v_weights }: Weights,
): ValueCells {
  const rows = [
    ...Array.from(u, (value, i) => ({ value, left: u_weights?.[i] ?? 1, right: 0 })),
    ...Array.from(v, (value, i) => ({ value, left: 0, right: v_weights?.[i] ?? 1 })),
  ].sort((one, other) => one.value - other.value)
  if (!rows.every((row) => Object.values(row).every(Number.isFinite))) {
    throw new RangeError('a value or a weight is not finite')
  }
  return {
    values: rows.map(({ value }) => value),
    reference: rows.map(({ left }) => left),
    current: rows.map(({ right }) => right),
  }
}

/**
 * `scipy.stats.entropy` of shares, or counts, `pk`; with `qk` the relative entropy, which is infinite where `qk` holds
 * nothing of what `pk` holds. Nats unless a base is given. Throws RangeError for unequal lengths or an empty side.
 */
export function entropy(
  pk: ArrayLike<number>,
  qk?: ArrayLike<number> | null,
  { base }: { base?: number } = {},
): number {
  const p = shares(pk)
  const q = qk == null ? null : shares(qk)
  if (q !== null && q.length !== p.length) throw new RangeError('the sides have unequal lengths')
  const sum =
    q === null
      ? p.reduce((part, share) => part - (share > 0 ? share * Math.log(share) : 0), 0)
      : p.reduce((part, share, i) => part + relative(share, q[i] as number), 0)
  return base === undefined ? sum : sum / Math.log(base)
}

/** `scipy.spatial.distance.jensenshannon`: the root of the divergence, in nats unless a base is given. */
export function jensenshannon(p: ArrayLike<number>, q: ArrayLike<number>, base?: number): number {
  const [left, right] = [shares(p), shares(q)]
  if (left.length !== right.length) throw new RangeError('the sides have unequal lengths')
  const sum = left.reduce((part, share, i) => {
    const other = right[i] as number
    const middle = (share + other) / 2
    return part + relative(share, middle) + relative(other, middle)
  }, 0)
  return Math.sqrt(Math.max(0, base === undefined ? sum : sum / Math.log(base)) / 2)
}

const relative = (p: number, q: number): number =>
  p === 0 ? 0 : q === 0 ? Number.POSITIVE_INFINITY : p * Math.log(p / q)

function shares(counts: ArrayLike<number>): number[] {
  const whole = total(counts)
  const all = Array.from(counts, (count) => count / whole)
  if (all.length > 0 && all.every((share) => share >= 0)) return all
  throw new RangeError('shares need counts that are not negative and not all zero')
}
