import {
  type HitsOfSample,
  hypergeometricRatio,
  logHypergeometric,
  rangeOfHits,
} from './hypergeometric.ts'

/** A group of equal values that holds at least this share of all rows: what lies beside it decides. */
const heavy = 0.8
/** Rows beside it that the smaller side is expected to hold, at most: of more the limit law is right. */
const mostBeside = 5_000
/** The rows beside one heavy group of equal values. */
export interface BesideHeavy {
  /** Place of the heavy group, and rows of the groups before and after it. */
  readonly at: number
  readonly below: number
  readonly above: number
  /** Rows of the smaller side, and of both. */
  readonly drawn: number
  readonly rows: number
}

/** Null where no group is heavy, or so many rows lie beside it that the limit laws are right. */
export function besideHeavy(groups: ArrayLike<number>, n: number, m: number): BesideHeavy | null {
  const rows = n + m
  const drawn = Math.min(n, m)
  let [at, below, passed] = [0, 0, 0]
  for (let i = 0; i < groups.length; i++) {
    if ((groups[i] as number) > (groups[at] as number)) [at, below] = [i, passed]
    passed += groups[i] as number
  }
  const beside = rows - (groups[at] as number)
  if (beside > (1 - heavy) * rows || beside * (drawn / rows) > mostBeside) return null
  return { at, below, above: beside - below, drawn, rows }
}

/** Chances that are smaller than this beside the p-value that is looked for are left out. */
const negligible = 1e-9

/**
 * Every number of the smaller side's rows before and after the heavy group, with the chance of both when the rows are
 * shuffled, as far as it counts beside a p-value of `about` this size.
 */
export function overCounts(
  { below, above, drawn, rows }: BesideHeavy,
  about: number,
  visit: (below: number, above: number, chance: number) => void,
): void {
  const enough = negligible * about
  walk({ n: drawn, m: rows - drawn, hits: below }, 1, enough, (i, chance) => {
    const rest = { n: drawn - i, m: rows - below - drawn + i, hits: above }
    walk(rest, chance, enough, (k, both) => visit(i, k, both))
  })
}

/** From the likeliest number of hits to both ends, while the chances are at least `enough`. */
function walk(
  sample: HitsOfSample,
  factor: number,
  enough: number,
  visit: (hits: number, chance: number) => void,
): void {
  const [fewest, most] = rangeOfHits(sample)
  const { n, m, hits } = sample
  const start = Math.min(most, Math.max(fewest, Math.floor(((hits + 1) * (n + 1)) / (n + m + 2))))
  const first = factor * Math.exp(logHypergeometric(start, sample))
  visit(start, first)
  for (let k = start, chance = first; k < most; k++) {
    chance *= hypergeometricRatio(k, sample)
    if (chance < enough) break
    visit(k + 1, chance)
  }
  for (let k = start, chance = first; k > fewest; k--) {
    chance /= hypergeometricRatio(k - 1, sample)
    if (chance < enough) break
    visit(k - 1, chance)
  }
}
