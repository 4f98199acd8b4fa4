import type { HoldName, Parked } from '../contracts/admission.ts'
import { formatDuration } from '../contracts/duration.ts'
import type { RetrainingBudget, StormSettings } from '../contracts/fleet-settings.ts'
import { freezeInWords } from '../contracts/freeze-text.ts'
import type { Freeze } from '../contracts/release.ts'
import { costOf, countingAt, type Need, roomAt, type Spent } from './retraining-budget.ts'
import { canStorm, neededForStorm } from './storm.ts'

/** A model that would be retrained now. */
export interface Waiting {
  readonly model: string
  readonly priority: number
  readonly critical: boolean
  readonly sinceMs: number
  readonly cost: number
}

/** Another one, which waits for the budget of all models. */
export interface Queued extends Waiting {
  readonly lookAtMs: number
}

/** What is known when a retraining asks to start, read as one. */
export interface AdmissionFacts {
  readonly wish: Waiting
  /** No person asked for it. */
  readonly byRule: boolean
  readonly freeze: Freeze | null
  readonly budgets: {
    readonly model: RetrainingBudget | undefined
    readonly fleet: RetrainingBudget | undefined
  }
  /** Runs of all models, as far back as the longest budget goes. */
  readonly spent: readonly (Spent & { readonly model: string })[]
  readonly queue: readonly Queued[]
  readonly storm: StormFacts
}

export interface StormFacts {
  readonly settings: StormSettings
  /** Models of the configuration. */
  readonly fleet: number
  /** Those that breached about when this one did. */
  readonly breaching: readonly string[]
  /** The storm that holds already, and how many of its models are still bad. */
  readonly open: {
    readonly beganAtMs: number
    readonly models: number
    readonly stillBad: number
  } | null
}

type Judgement = Extract<Judged, { outcome: 'parked' }>
export type Judged =
  | {
      readonly outcome: 'parked'
      readonly parked: Parked
      /** It begins with this one. */
      readonly storm?: { readonly models: readonly string[]; readonly needed: number }
    }
  | { readonly outcome: 'admitted'; readonly passed: string | null }

/** A model that is served first and does not come is not waited for any longer. */
export const graceMs = 600_000
/** A budget may be raised, or a run give back what it had reserved: nobody waits longer than that without a look. */
export const longestPauseMs = 6 * 3_600_000
/** How often a storm that nobody releases is looked at. */
export const stormPauseMs = 900_000
/** Clocks differ: nobody looks again at once. */
const shortestPauseMs = 1_000

/** Whether a retraining may start now: pure, so that whoever holds the lock on what is spent can ask. */
export function admit(facts: AdmissionFacts, nowMs: number): Judged {
  const { byRule, freeze, budgets, wish, spent } = facts
  const frozen = freeze && freezeInWords(freeze, (iso) => iso)
  if (frozen !== null && byRule) {
    return park('freeze', `retraining is ${frozen}`, Date.parse(freeze!.until), nowMs)
  }
  const stormy = stormWords(facts.storm)
  if (byRule) {
    const held = forStorm(facts, stormy, nowMs)
    if (held !== null) return held
  }
  if (budgets.model !== undefined) {
    const own = spent.filter(({ model }) => model === wish.model)
    const need = { runs: 1, cost: wish.cost }
    const atMs = roomAt(budgets.model, own, need, nowMs)
    if (atMs !== nowMs) {
      const said = spentWords('of this model', budgets.model, own, need, atMs, nowMs)
      return park('model-budget', said, atMs, nowMs)
    }
  }
  if (budgets.fleet !== undefined) {
    const parked = forFleet(facts, budgets.fleet, nowMs)
    if (parked !== null) return parked
  }
  const passed = [frozen, stormy].filter((each) => each !== null).join('; ')
  return { outcome: 'admitted', passed: passed === '' ? null : passed }
}

/** Null: no storm holds. */
function stormWords({ open }: StormFacts): string | null {
  if (open === null) return null
  const began = new Date(open.beganAtMs).toISOString()
  return `suspect upstream: ${open.models} models breached at once (${open.stillBad} of them still bad), so nothing starts by itself since ${began}`
}

function forStorm(
  { storm, wish }: AdmissionFacts,
  stormy: string | null,
  nowMs: number,
): Judgement | null {
  const { settings, fleet, breaching } = storm
  const person = 'a person may release them: driftgate retrainings release --reason TEXT'
  if (stormy !== null)
    return park('storm', `${stormy}; ${person}`, null, nowMs, nowMs + stormPauseMs)
  if (!canStorm(fleet, settings)) return null
  const needed = neededForStorm(fleet, settings)
  if (breaching.length >= needed) {
    const within = formatDuration(settings.within)
    const said = `suspect upstream: ${breaching.length} of ${fleet} models breached within ${within}, so nothing starts by itself; ${person}`
    return {
      ...park('storm', said, null, nowMs, nowMs + stormPauseMs),
      storm: { models: breaching, needed },
    }
  }
  const settledMs = wish.sinceMs + settings.settle
  if (settledMs <= nowMs) return null
  const until = new Date(settledMs).toISOString()
  return park(
    'settling',
    `waiting until ${until}, to see whether other models breach too`,
    settledMs,
    nowMs,
  )
}

/** Who waits for the budget of all models and is served before: by priority, then critical, then the longest wait. */
export function servedBefore(
  { wish, queue }: Pick<AdmissionFacts, 'wish' | 'queue'>,
  nowMs: number,
) {
  return queue.filter(
    (other) =>
      other.model !== wish.model &&
      other.lookAtMs + graceMs > nowMs &&
      (other.priority - wish.priority ||
        Number(other.critical) - Number(wish.critical) ||
        wish.sinceMs - other.sinceMs ||
        (other.model < wish.model ? 1 : -1)) > 0,
  )
}

function forFleet(facts: AdmissionFacts, budget: RetrainingBudget, nowMs: number): Judged | null {
  const { wish, spent } = facts
  const own = { runs: 1, cost: wish.cost }
  const before = servedBefore(facts, nowMs)
  const all = { runs: 1 + before.length, cost: wish.cost + costOf(before) }
  const atMs = roomAt(budget, spent, all, nowMs)
  if (atMs === nowMs) return null
  const alone = roomAt(budget, spent, own, nowMs)
  if (alone !== nowMs || before.length === 0) {
    const said = spentWords('of all models', budget, spent, own, atMs ?? alone, nowMs)
    return park('fleet-budget', said, atMs ?? alone, nowMs)
  }
  const names = before.map(({ model }) => model).join(', ')
  const theirs = Math.min(...before.map(({ lookAtMs }) => Math.max(lookAtMs, nowMs) + graceMs))
  const said = `the retraining budget of all models has room for one of those that wait, and ${names} comes first`
  return park('fleet-budget', said, atMs, nowMs, theirs)
}

function spentWords(
  whose: string,
  budget: RetrainingBudget,
  spent: readonly Spent[],
  need: Need,
  atMs: number | null,
  nowMs: number,
): string {
  const counting = countingAt(budget, spent, nowMs)
  const parts = [
    ...(budget.runs === undefined ? [] : [`${counting.length} of ${budget.runs} runs`]),
    ...(budget.cost === undefined
      ? []
      : [`cost ${rounded(costOf(counting))} of ${budget.cost}, this one ${rounded(need.cost)}`]),
  ]
  const then =
    atMs === null
      ? 'it never has room for this one; raise the budget in the configuration'
      : `the next may start at ${new Date(atMs).toISOString()}`
  return `the retraining budget ${whose} is spent (${parts.join('; ')} in ${formatDuration(budget.per)}); ${then}`
}

const rounded = (cost: number): number => Number(cost.toPrecision(6))

function park(
  by: HoldName,
  reason: string,
  atMs: number | null,
  nowMs: number,
  latestMs = Number.POSITIVE_INFINITY,
): Judgement {
  const lookAtMs = Math.max(
    nowMs + shortestPauseMs,
    Math.min(atMs ?? Number.POSITIVE_INFINITY, latestMs, nowMs + longestPauseMs),
  )
  const until = atMs === null ? null : new Date(atMs).toISOString()
  const lookAt = new Date(lookAtMs).toISOString()
  return { outcome: 'parked', parked: { by, reason, until, lookAt } }
}
