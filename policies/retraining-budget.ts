import type { RetrainingBudget } from '../contracts/fleet-settings.ts'

/** A run that counts in a budget: when its part was reserved, milliseconds since 1970, and what it costs. */
export interface Spent {
  readonly atMs: number
  readonly cost: number
}

export interface Need {
  readonly runs: number
  readonly cost: number
}

/** Sums of costs are compared up to what adding them in another order changes. */
const rounding = 1e-9

/**
 * When a budget has room for what is needed, milliseconds since 1970: now, or as soon as enough of what was spent is
 * longer ago than its period; null: never, since it is more than the whole budget.
 */
export function roomAt(
  budget: RetrainingBudget,
  spent: readonly Spent[],
  need: Need,
  nowMs: number,
): number | null {
  const counting = countingAt(budget, spent, nowMs)
  const fits = (left: readonly Spent[]) =>
    (budget.runs === undefined || left.length + need.runs <= budget.runs) &&
    (budget.cost === undefined || costOf(left) + need.cost <= budget.cost * (1 + rounding))
  if (fits(counting)) return nowMs
  for (const [index, { atMs }] of counting.entries()) {
    if (fits(counting.slice(index + 1))) return atMs + budget.per
  }
  return null
}

/** What counts in a budget now, the oldest first. */
export const countingAt = (
  { per }: RetrainingBudget,
  spent: readonly Spent[],
  nowMs: number,
): Spent[] =>
  spent.filter(({ atMs }) => atMs > nowMs - per).sort((left, right) => left.atMs - right.atMs)

export const costOf = (spent: readonly { readonly cost: number }[]): number =>
  spent.reduce((sum, { cost }) => sum + cost, 0)
