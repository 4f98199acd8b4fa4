import type { Admission } from '../contracts/admission.ts'
import type { ModelSettings } from '../contracts/config.ts'
import type { Freeze } from '../contracts/release.ts'
import type { GovernorSettings, Wanted } from '../contracts/steward.ts'
import { localTimeIn } from '../formats/local-time.ts'
import { admit } from '../policies/admission.ts'
import { isByRule } from '../policies/causes.ts'
import { freezeAt } from '../policies/freeze.ts'

export type RetrainingSettings = ModelSettings['retraining']

/** What counts of a run that a replay has started. */
export interface ReplayedRun {
  readonly atMs: number
  readonly cost: number
}

/**
 * Whether a retraining of one model that is replayed alone may start: its own freeze and budget, by the rule that the
 * transaction asks. Nobody knows of other models, so there is no queue and no storm.
 */
export function admitReplayed(
  retraining: RetrainingSettings,
  { model, wanted, runKey }: { model: string; wanted: Wanted; runKey: string },
  runs: readonly ReplayedRun[],
  nowMs: number,
): Admission {
  const { budget, cost, priority, freeze } = retraining
  const judged = admit(
    {
      wish: { model, critical: true, priority, cost, sinceMs: nowMs },
      byRule: isByRule(wanted),
      freeze: replayedFreeze(freeze, nowMs),
      budgets: { model: budget, fleet: undefined },
      spent: runs.map((run) => ({ ...run, model })),
      queue: [],
      storm: { settings: noStorm, fleet: 1, breaching: [], open: null },
    },
    nowMs,
  )
  if (judged.outcome === 'admitted') return { outcome: 'admitted', runKey, passed: judged.passed }
  return { outcome: 'parked', parked: judged.parked }
}

/** What the governor is given at a moment of the replay; a refresh is counted from where the replay began. */
export const replayedGovernor = (
  { refresh, gainless, freeze, ...rest }: RetrainingSettings,
  { beganMs, nowMs, knowsGain }: { beganMs: number; nowMs: number; knowsGain: boolean },
): GovernorSettings => ({
  ...rest,
  limits: {
    // Where nothing is trained nobody knows what was gained.
    gainless: knowsGain ? gainless : Number.POSITIVE_INFINITY,
    gains: true as const,
    freeze: replayedFreeze(freeze, nowMs),
    refresh:
      refresh === undefined
        ? null
        : { every: refresh, dueAt: new Date(beganMs + refresh).toISOString() },
  },
})

const noStorm = { watch: false, models: 3, share: 1, within: 0, settle: 0 }

const replayedFreeze = (freeze: RetrainingSettings['freeze'], nowMs: number): Freeze | null =>
  freezeAt(freeze, nowMs, localTimeIn)
