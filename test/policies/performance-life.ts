import type { AbsorbMessage, ReleaseInput, RetrainResult } from '../../contracts/messages.ts'
import type { JudgedBy, PerformanceVerdict } from '../../contracts/performance-finding.ts'
import type { VerdictName } from '../../contracts/report.ts'
import type { GovernorSettings, StewardState } from '../../contracts/steward.ts'
import { type Command, govern, nextLook, type StewardEvent } from '../../policies/governor.ts'
import { absorbingStarted } from '../../policies/governor-absorbing.ts'
import { releaseStarted, retrainingStarted } from '../../policies/governor-outcomes.ts'
import { newSteward } from '../../policies/steward-state.ts'

export const day = 86_400_000
export const iso = (timeMs: number) => new Date(timeMs).toISOString()
const settings: GovernorSettings = {
  ...{ policy: 'automatic', windows: 2, outOf: 2, minimumLabels: 100 },
  ...{ cooldown: 0, labelPoll: 30_000 },
}

/** What labels or an estimate say of the window of a day since 1970. */
export const judged = (by: JudgedBy, index: number, verdict: PerformanceVerdict) => {
  const start = iso(index * day)
  return {
    ...{ eventId: `performance/m/${by}/${start}`, model: 'm', by, verdict },
    window: { start, end: iso((index + 1) * day) },
    ...{ evidenceDigest: `${by}-${index}`, headline: `${by} of window ${index}` },
  }
}

/** A model's life, an event at a time: plain JSON between two of them, as in PostgreSQL. */
export function performanceLife(changes: Partial<GovernorSettings> = {}) {
  const rules = { ...settings, ...changes }
  let state = newSteward('m')
  let nowMs = 100 * day
  let retrainings = 0
  const keep = (next: StewardState) => {
    state = JSON.parse(JSON.stringify(next)) as StewardState
  }
  const feed = (event: StewardEvent): Command | null => {
    const governed = govern(state, event, rules, nowMs)
    keep(governed.state)
    return governed.command
  }
  return {
    get state() {
      return state
    },
    get open() {
      return state.performance?.state === 'open'
    },
    feed,
    look: () => nextLook(state, rules, nowMs),
    wait(ms: number) {
      nowMs += ms
      return feed({ kind: 'looked' })
    },
    judge: (by: JudgedBy, index: number, verdict: PerformanceVerdict = 'DRIFT') =>
      feed({ kind: 'performance', message: judged(by, index, verdict) }),
    verdict: (index: number, verdict: VerdictName) =>
      feed({
        kind: 'verdict',
        message: {
          ...{ eventId: `scan/m/${index}`, model: 'm', verdictId: String(index), verdict },
          window: { start: iso(index * day), end: iso((index + 1) * day) },
          ...{ evidenceDigest: `digest-${index}`, headline: `inputs of window ${index}` },
        },
      }),
    labels: (labels: number) => feed({ kind: 'labels-counted', labels }),
    request: (eventId: string) =>
      feed({ kind: 'requested', message: { eventId, person: 'operator', reason: 'because' } }),
    /** What was asked for starts, and is named by its number. */
    starts() {
      const { incident, alsoFor, from, requestedBy, reason } = state.wanted!
      retrainings++
      const input = { model: 'm', prefix: '', runKey: `run-${retrainings}`, incident, from }
      const rest = { requestedBy, reason, ...(alsoFor && { alsoFor }) }
      keep(retrainingStarted(state, { ...input, ...rest }))
      return state.retraining!
    },
    ends: (outcome: RetrainResult['outcome'], compared?: RetrainResult['compared']) =>
      feed({
        kind: 'child-ended',
        message: {
          ...{ child: 'retrain', eventId: `retrain-${retrainings}` },
          result: {
            ...{ runKey: `run-${retrainings}`, outcome, reason: 'so it ended' },
            candidateVersion: outcome === 'candidate' ? String(retrainings + 1) : null,
            ...(compared && { compared }),
          },
        },
      }),
    asksForRelease(compared?: ReleaseInput['compared']) {
      const release = `m/${retrainings}`
      const candidateVersion = String(retrainings + 1)
      const input = {
        ...{ model: 'm', prefix: '', release, runKey: `run-${retrainings}`, candidateVersion },
        ...{ incident: null, requestedBy: [], ...(compared && { compared }) },
      }
      keep(releaseStarted(state, input))
      return { release, candidateVersion }
    },
    released(how: string) {
      const { release, candidateVersion } = this.asksForRelease()
      return feed({
        kind: 'child-ended',
        message: {
          ...{ child: 'release', eventId: release, release, state: how },
          version: how === 'promoted' ? candidateVersion : null,
        },
      })
    },
    absorbs(windowsFrom: string) {
      const message: AbsorbMessage = {
        ...{ eventId: 'absorb', runKey: 'absorb', version: 'r2', person: 'ada' },
        absorbs: ['DRIFT', 'DATA_QUALITY'],
      }
      feed({ kind: 'absorb-requested', message })
      const asked = { ...message, absorbs: [...message.absorbs], candidateVersion: 'r2' }
      keep(
        absorbingStarted(state, {
          ...{ model: 'm', prefix: '', release: 'm/9', runKey: asked.runKey, incident: null },
          ...{ candidateVersion: 'r2', requestedBy: ['ada'], absorbs: asked.absorbs },
        }),
      )
      return {
        approved: () =>
          feed({
            kind: 'child-ended',
            message: {
              ...{ child: 'release', eventId: 'absorbed', release: 'm/9', state: 'promoted' },
              ...{ version: 'r2', windowsFrom },
            },
          }),
      }
    },
  }
}

/** Two windows that labels find worse, retrained on and released. */
export function promotedForPerformance(changes: Partial<GovernorSettings> = {}) {
  const model = performanceLife(changes)
  model.judge('labels', 5)
  model.judge('labels', 6)
  model.labels(100)
  model.starts()
  model.ends('candidate')
  model.released('promoted')
  return model
}
