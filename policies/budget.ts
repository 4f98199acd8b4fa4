/** What a model's budget of false alarms is spread over. */
export interface BudgetSettings {
  /** Expected number of incidents without any change ... */
  readonly falseAlarms: number
  /** ... in this time, milliseconds. */
  readonly per: number
  /** Of a model with labels, the share for what is said of its performance. */
  readonly performance?: number
}

/** What tests of the data may take: all of it, but for the share that a model with labels keeps for its performance. */
export const budgetOfTests = <B extends BudgetSettings>(budget: B, hasLabels: boolean): B =>
  hasLabels
    ? { ...budget, falseAlarms: budget.falseAlarms * (1 - (budget.performance ?? 0)) }
    : budget

/** The level that one test, and one rule, of a look may take. */
export interface Levels {
  readonly test: number
  readonly rule: number
}

/** However rarely a model is looked at, a look without change alarms at most this often. */
export const largestLevel = 0.05

/** Those of the configured scales (windows merged) that fit into the time of the budget; always the single window. */
export function scalesInForce(
  scales: readonly number[],
  windowMs: number,
  { per }: BudgetSettings,
): number[] {
  const fitting = scales.filter((scale) => scale > 1 && scale * windowMs <= per)
  return [1, ...new Set(fitting)].sort((left, right) => left - right)
}

/**
 * Windows between two looks at a scale: half of its length. A change as long as the scale is then met by at least
 * three quarters of one look; looks more often would spend the budget on alarms that are one incident.
 */
export const strideOf = (scale: number): number => Math.max(1, Math.floor(scale / 2))

/**
 * The chance of a false alarm that one look at a scale may take: each of so many shares (one for every scale against
 * every reference) is equal and divided over its looks. Expected false alarms per time are then at most the budget,
 * however the looks depend on each other (union bound): Σ over shares of level x looks = falseAlarms.
 */
export function levelOfLook(
  scale: number,
  shares: number,
  windowMs: number,
  { falseAlarms, per }: BudgetSettings,
): number {
  const looks = per / (strideOf(scale) * windowMs)
  return Math.min(largestLevel, falseAlarms / shares / looks)
}

/** Whether a scale is looked at with the window that starts here; looks are counted from the anchor. */
export function isDue(scale: number, windowMs: number, startMs: number, anchorMs: number): boolean {
  const index = Math.round((startMs - anchorMs) / windowMs)
  const stride = strideOf(scale)
  return (((index + 1) % stride) + stride) % stride === 0
}

/**
 * What is left of a budget of false alarms when so many incidents opened in its time. Nobody knows which of them were
 * false: below zero there were more than the budget expects of a log that does not change.
 */
export const budgetLeft = ({ falseAlarms }: BudgetSettings, opened: number): number =>
  falseAlarms - opened
