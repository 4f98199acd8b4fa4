import type { DataSet } from './data-set.ts'
import { lossName } from './data-set.ts'
import { type PolicyLife, policyLife } from './policy-life.ts'
import { scheduledLife } from './scheduled.ts'
import { fitVersion } from './served.ts'

const dayMs = 86_400_000

/** How often a model is trained anew without a policy: not at all, every week as the policy looks, every four weeks. */
export const schedules = {
  never: Number.POSITIVE_INFINITY,
  always: 7 * dayMs,
  monthly: 28 * dayMs,
} as const

export type Way = keyof typeof schedules | 'policy'
export const ways: readonly Way[] = ['never', 'always', 'monthly', 'policy']

/** What a way of retraining came to: its trainings, and the mean loss of all answers after the first training. */
export interface Came {
  readonly trainings: number
  readonly loss: number
}

/** A version that began to serve under the policy. */
export interface Switch {
  readonly at: string
  readonly version: string
  /** It had served before. */
  readonly again: boolean
}

export interface SetFound {
  readonly name: string
  readonly title: string
  readonly loss: string
  readonly came: Readonly<Record<Way, Came>>
  readonly trainings: PolicyLife['trainings']
  readonly switches: readonly Switch[]
  readonly incidents: Readonly<Record<string, number>>
  /** What the governor said last of an incident, when it had stopped asking for trainings; null: it never did. */
  readonly lastReason: string | null
}

/** One data set in every way of retraining; all of them begin with the same version. */
export async function setFound(set: DataSet, seed: number, text?: string): Promise<SetFound> {
  const first = fitVersion(set, firstVersion, { from: 0, to: set.first })
  const scheduled = (everyMs: number): Came => {
    const { served, trainings } = scheduledLife(set, first, everyMs)
    return { trainings, loss: served.loss() }
  }
  const life = await policyLife(set, first, { seed, ...(text !== undefined && { text }) })
  const { served, trainings, incidents, notRetrained } = life
  const before = new Set([firstVersion])
  const switches = served.switches.map(({ fromMs, version: { name } }) => {
    const again = before.has(name)
    before.add(name)
    return { at: new Date(fromMs).toISOString(), version: name, again }
  })
  const kinds = incidents.map(({ kind }) => kind)
  return {
    ...{ name: set.name, title: set.title, loss: lossName(set) },
    came: {
      never: scheduled(schedules.never),
      always: scheduled(schedules.always),
      monthly: scheduled(schedules.monthly),
      policy: { trainings: trainings.length, loss: served.loss() },
    },
    ...{ trainings, switches },
    incidents: Object.fromEntries(
      [...new Set(kinds)].map((kind) => [kind, kinds.filter((one) => one === kind).length]),
    ),
    lastReason: notRetrained.at(-1)?.reason ?? null,
  }
}

/** The version that every life begins with. */
export const firstVersion = '1'
