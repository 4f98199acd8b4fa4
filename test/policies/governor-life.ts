import type { Admission } from '../../contracts/admission.ts'
import type { ReleaseInput, RetrainInput, VerdictMessage } from '../../contracts/messages.ts'
import type { VerdictName } from '../../contracts/report.ts'
import type { GovernorSettings, StewardState } from '../../contracts/steward.ts'
import { type Command, govern, nextLook } from '../../policies/governor.ts'
import { releaseStarted, retrainingStarted } from '../../policies/governor-outcomes.ts'
import { automaticRule } from '../../policies/governor-wishes.ts'
import { newSteward } from '../../policies/steward-state.ts'

export const settings: GovernorSettings = {
  policy: 'automatic',
  windows: 2,
  outOf: 2,
  minimumLabels: 100,
  cooldown: 0,
  labelPoll: 30_000,
}
export const day = 86_400_000
export const iso = (timeMs: number) => new Date(timeMs).toISOString()

/** A model's life on a string: each step feeds one event and keeps the state. */
export function life(changes: Partial<GovernorSettings> = {}) {
  let rules = { ...settings, ...changes }
  let state = newSteward('m')
  let nowMs = 100 * day
  let told = 0
  const feed = (event: Parameters<typeof govern>[1]): Command | null => {
    const governed = govern(state, event, rules, nowMs)
    state = JSON.parse(JSON.stringify(governed.state)) as StewardState
    return governed.command
  }
  return {
    get state() {
      return state
    },
    look: () => nextLook(state, rules, nowMs),
    wait: (ms: number) => {
      nowMs += ms
      return feed({ kind: 'looked' })
    },
    verdict: (index: number, verdict: VerdictName, span?: number) =>
      feed({
        kind: 'verdict',
        message: { ...verdictOf(index, verdict), ...(span !== undefined && { span }) },
      }),
    labels: (labels: number) => feed({ kind: 'labels-counted', labels }),
    admission: (admission: Admission) => feed({ kind: 'admitted', admission }),
    /** Other settings from now on. */
    apply: (others: Partial<GovernorSettings>) => {
      rules = { ...rules, ...others }
    },
    get nowMs() {
      return nowMs
    },
    request: (eventId: string) =>
      feed({ kind: 'requested', message: { eventId, person: 'operator', reason: 'because' } }),
    retrainingStarts: () => {
      state = retrainingStarted(state, retraining)
    },
    retrainingEnds: (outcome: 'candidate' | 'not-better' | 'failed' | 'lost') =>
      feed({
        kind: 'child-ended',
        message: {
          child: 'retrain',
          eventId: `retrain-${outcome}-${++told}`,
          result: {
            runKey: 'abc',
            outcome,
            candidateVersion: outcome === 'candidate' ? '2' : null,
            reason: 'so it ended',
          },
        },
      }),
    releaseStarts: (compared?: ReleaseInput['compared']) => {
      state = releaseStarted(state, { ...releasing, ...(compared && { compared }) })
    },
    releaseEnds: (ended: string) =>
      feed({
        kind: 'child-ended',
        message: {
          child: 'release',
          eventId: `release-${ended}-${++told}`,
          release: 'm/1',
          state: ended,
          version: ended === 'promoted' ? '2' : null,
        },
      }),
  }
}

const verdictOf = (index: number, verdict: VerdictName): VerdictMessage => ({
  eventId: `scan/m/${index}`,
  model: 'm',
  verdictId: String(index),
  verdict,
  window: { start: iso(index * day), end: iso((index + 1) * day) },
  evidenceDigest: `digest-${index}`,
  headline: `window ${index}`,
})
const retraining: RetrainInput = {
  model: 'm',
  prefix: '',
  runKey: 'abc',
  incident: null,
  from: iso(0),
  requestedBy: [automaticRule],
  reason: '',
}
const releasing: ReleaseInput = {
  model: 'm',
  prefix: '',
  release: 'm/1',
  runKey: 'abc',
  candidateVersion: '2',
  incident: null,
  requestedBy: [automaticRule],
}
