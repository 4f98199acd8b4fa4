import type { Detector, Sides } from '../../detectors/index.ts'
import { momentsOf, rangeOf } from './cell-moments.ts'
import { hypergeometric } from './draws.ts'
import { generator, type Next } from './generator.ts'
import type { Cell } from './grid.ts'
import { levels } from './limits.ts'
import { tally } from './trial.ts'

/** Expected rejections of a detector and of a permutation test of its statistic, over the same shuffles. */
export interface Permuted {
  readonly ours: number
  readonly permuted: number
}

/** Shuffles of one sample: at least 20 of them lie beyond the level. */
const shuffles = [1_000, 20_000, 200_000] as const

/**
 * How often a permutation test of the very statistic rejects at a level, and how often the detector does. One sample
 * of both sides is drawn, then its labels are shuffled: under these shuffles the permutation test rejects for the largest
 * set of most extreme p-values that holds at most the level's share of them. Where the statistic takes few values this
 * is less than the level, and no test of it can reject more often.
 */
export function permutedRates(
  detector: Detector,
  cell: Cell,
  level: number,
  stream: readonly [number, ...number[]],
  factor = 1,
): Permuted {
  const next = generator(...stream)
  const count = shuffles[levels.indexOf(level as (typeof levels)[number])] as number
  const sides = cell.world.draw(cell.reference, cell.current, next)
  const trial = tally(detector, Math.min(count, 2_000), factor)
  const ps: number[] = []
  for (let k = 0; k < count; k++) {
    const p = trial.add(shuffled(sides, next))
    if (p !== undefined) ps.push(p)
  }
  return {
    ours: ps.filter((p) => p <= level).length,
    permuted: mostWithin(
      ps.sort((left, right) => left - right),
      level * count,
    ),
  }
}

/**
 * The longest prefix of at most `most` sorted numbers that does not cut a run of equal ones. A long run counts only where
 * it is within `most` by two standard errors: a p-value just above the level would else be within it by chance, in one of
 * two samples.
 */
function mostWithin(sorted: readonly number[], most: number): number {
  let [end, begin] = [0, 0]
  const error = Math.sqrt(most)
  for (let i = 0; i < sorted.length; i++) {
    const isLast =
      i + 1 === sorted.length || (sorted[i + 1] as number) > (sorted[i] as number) * (1 + 1e-9)
    if (i + 1 > most + 1e-9) break
    if (!isLast) continue
    const isLong = i + 1 - begin > error
    begin = i + 1
    if (isLong && i + 1 + 2 * error > most) break
    end = i + 1
  }
  return end
}

/** The labels of all rows dealt out anew: among the cells, or among those with and without a value. */
function shuffled(sides: Sides, next: Next): Sides {
  const { reference, current, missing } = sides
  const pools = [
    missing.reference + missing.current,
    ...reference.map((count, i) => count + (current[i] as number)),
  ]
  let left = pools.reduce((sum, count) => sum + count, 0)
  let open = reference.reduce((sum, count) => sum + count, missing.reference)
  const dealt = pools.map((pool) => {
    const count = hypergeometric(pool, open, left, next)
    left -= pool
    open -= count
    return count
  })
  const before = Float64Array.from(dealt.slice(1))
  const now = before.map((count, i) => (pools[i + 1] as number) - count)
  const lost = dealt[0] as number
  const counts = {
    reference: before,
    current: now,
    missing: { reference: lost, current: (pools[0] as number) - lost },
  }
  if (sides.kind === 'categorical') {
    // Unseen ones are a category like any other here: they are dealt out to both sides.
    const { unseenCounts, ...rest } = sides
    return { ...rest, ...counts }
  }
  return {
    ...sides,
    ...counts,
    moments: { reference: momentsOf(before, sides), current: momentsOf(now, sides) },
    range: { reference: rangeOf(before, sides), current: rangeOf(now, sides) },
  }
}
