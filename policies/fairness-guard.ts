import type { Guarded, GuardResult } from '../contracts/comparison.ts'
import { disparityGrowth, type GroupRates } from '../statistics/paired/disparity.ts'
import {
  type ComparedRows,
  type ComparisonPolicy,
  guardTail,
  isRegression,
  type RowGroup,
  text,
} from './compared-rows.ts'

const measures = [
  { name: 'rate of chosen 1', of: () => true },
  { name: 'true 1 that are found', of: (label: number) => label === 1 },
  { name: 'true 0 that are called 1', of: (label: number) => label === 0 },
] as const

/**
 * Whether the difference between two groups of a protected feature certainly grew by more than the limit: of the rate of
 * chosen 1 (selection), of true 1 that are found (equal opportunity), and of true 0 that are called 1. Each of m pairs and
 * measures is tested at 2.5 % / m, so that the guard as a whole refuses what grew by no more than the limit in at most
 * 2.5 % of cases.
 */
export function fairnessGuard(rows: ComparedRows, policy: ComparisonPolicy): GuardResult {
  const { maximumGrowth: limit, guard } = policy.fairness
  const attributes = rows.attributes ?? []
  const own = { guard: 'fairness', limit } as const
  const none = (state: 'off' | 'unknown', sentence: string, tooSmall = 0): GuardResult => ({
    ...own,
    ...{ state, judged: 0, tooSmall, worst: [], sentence },
  })
  if (attributes.length === 0) return none('off', 'the model has no protected feature')
  if (!(guard ?? policy.critical)) return none('off', 'the guard of the fairness is switched off')
  if (isRegression(policy.metric)) return none('unknown', 'groups are compared by classes only')
  const pairs = attributes.flatMap(({ name, groups }) => pairsOf(name, groups, rows, policy))
  const judged = pairs.filter(({ rates }) => rates !== null)
  const tooSmall = pairs.length - judged.length
  const silent = attributes.filter(
    ({ name }) => !judged.some(({ attribute }) => attribute === name),
  )
  if (silent.length > 0) {
    const names = silent.map(({ name }) => name).join(', ')
    const sentence = `the groups of ${names} hold too few rows to be compared (${policy.fairness.minimumRows} of two groups are needed)`
    return none('unknown', sentence, tooSmall)
  }
  // Either group may be the one that is favoured.
  const tail = guardTail / (2 * judged.length)
  const found = judged
    .map(({ name, rates }) => grownBy(name, rates as [GroupRates, GroupRates], tail, limit))
    .toSorted((left, right) => right.certain - left.certain || right.loss - left.loss)
  const refused = found.filter((each) => each.refused)
  const [most] = refused
  const small = tooSmall > 0 ? `; ${tooSmall} had too few rows to be judged` : ''
  return {
    ...own,
    state: most === undefined ? 'passed' : 'refused',
    ...{ judged: judged.length, tooSmall, worst: found.slice(0, 10) },
    sentence:
      most === undefined
        ? `none of ${judged.length} differences between protected groups certainly grew by more than ${text(limit)}${small}`
        : `between protected groups it got more unequal: ${most.name} differed by ${text(most.before)} and now by ${text(most.after)} (at least ${text(most.certain)} more, ${text(limit)} are allowed)`,
  }
}

interface Pair {
  readonly attribute: string
  readonly name: string
  /** Null: either group has too few rows. */
  readonly rates: readonly [GroupRates, GroupRates] | null
}

function pairsOf(
  attribute: string,
  groups: readonly RowGroup[],
  rows: ComparedRows,
  { fairness }: ComparisonPolicy,
): Pair[] {
  return measures.flatMap((measure) => {
    const counted = groups.map((group) => ({ group, rates: ratesOf(group, rows, measure.of) }))
    return counted.flatMap((first, index) =>
      counted.slice(index + 1).map((second) => {
        const enough = Math.min(first.rates.rows, second.rates.rows) >= fairness.minimumRows
        const name = `${measure.name}, ${attribute} ${first.group.name} against ${second.group.name}`
        return { attribute, name, rates: enough ? ([first.rates, second.rates] as const) : null }
      }),
    )
  })
}

/** How either model chose 1 among the rows of a group that a measure is about. */
function ratesOf(
  { rows: places }: RowGroup,
  { labels, champion, candidate, threshold = 0.5 }: ComparedRows,
  isAbout: (label: number) => boolean,
): GroupRates {
  const counts = { rows: 0, both: 0, onlyFirst: 0, onlySecond: 0 }
  for (let i = 0; i < places.length; i++) {
    const row = places[i] as number
    if (!isAbout(labels[row] as number)) continue
    counts.rows++
    const before = ((champion as ArrayLike<number>)[row] as number) >= threshold
    const after = (candidate[row] as number) >= threshold
    if (before && after) counts.both++
    else if (before) counts.onlyFirst++
    else if (after) counts.onlySecond++
  }
  return counts
}

function grownBy(
  name: string,
  [first, second]: readonly [GroupRates, GroupRates],
  tail: number,
  limit: number,
): Guarded {
  const { before, after, certain } = disparityGrowth(first, second, tail)
  return {
    ...{ name, rows: first.rows + second.rows, before, after },
    ...{ loss: after - before, certain, refused: certain > limit },
  }
}
