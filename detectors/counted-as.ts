import type { Both, NumericSides, Sides } from './sides.ts'

/**
 * Both sides as if they held `factor` times fewer rows with the same shares: clustered rows carry no more than so many
 * independent ones. In the order of cells every `factor`-th row is kept, the middle one of each group, so that no
 * cumulated count is off by more than half a row; every test, interval and limit of what could have been seen then holds
 * for the rows that they are worth. Throws RangeError for a factor below 1.
 */
export function countedAs<Kind extends Sides>(sides: Kind, factor: number): Kind {
  if (!(factor >= 1)) throw new RangeError('a design effect is at least 1')
  if (factor === 1) return sides
  const scaled = (rows: number) => Math.round(rows / factor)
  const both = ({ reference, current }: Both<number>): Both<number> => ({
    reference: scaled(reference),
    current: scaled(current),
  })
  const counts = {
    reference: thinned(sides.reference, factor),
    current: thinned(sides.current, factor),
    missing: both(sides.missing),
  }
  if (sides.kind === 'categorical') {
    const { unseenCounts } = sides
    return {
      ...sides,
      ...counts,
      ...(unseenCounts && { unseenCounts: [...thinned(unseenCounts, factor)].filter(Boolean) }),
    }
  }
  const { moments, outside } = sides as NumericSides
  const fewer = (side: 'reference' | 'current') => {
    const known = moments[side]
    return known && { ...known, count: scaled(known.count) }
  }
  return {
    ...sides,
    ...counts,
    moments: { reference: fewer('reference'), current: fewer('current') },
    ...(outside && { outside: both(outside) }),
  }
}

/** Counts whose sums up to each cell are those of before over `factor`, rounded. */
function thinned(counts: ArrayLike<number>, factor: number): Float64Array {
  let [passed, kept] = [0, 0]
  return Float64Array.from(counts, (count) => {
    passed += count
    const all = Math.round(passed / factor)
    const here = all - kept
    kept = all
    return here
  })
}
