import type { Incident } from '../contracts/incident.ts'
import type { VerdictMessage } from '../contracts/messages.ts'
import type { GovernorSettings, Wanted } from '../contracts/steward.ts'
import {
  type Command,
  type Governed,
  govern,
  nextLook,
  type StewardEvent,
} from '../policies/governor.ts'
import {
  afterRelease,
  afterRetraining,
  releaseStarted,
  retrainingStarted,
} from '../policies/governor-outcomes.ts'
import { incidentsOf } from '../policies/incidents.ts'
import { newSteward } from '../policies/steward-state.ts'

/** A retraining that the governor would have started. */
export interface ReplayedRetraining {
  readonly at: string
  readonly incident: string | null
  readonly from: string
  readonly reason: string
}

/** What the governor said of an open incident instead of retraining, the first time that it said it. */
export interface NotRetrained {
  readonly at: string
  readonly incident: string
  readonly reason: string
}

/**
 * What the steward would have made of the verdicts: the governor itself, with time that is an argument. Labels are
 * taken to be there when they are asked for. `released`: a retraining ends at once with a version that is released;
 * otherwise it ends at once without one and its incident stays open, since whether it would have helped is not known.
 */
export class ReplayedLife {
  readonly retrainings: ReplayedRetraining[] = []
  readonly notRetrained: NotRetrained[] = []
  readonly #incidents = new Map<string, Incident>()
  readonly #settings: GovernorSettings
  readonly #released: boolean
  #state: Governed['state']
  #nowMs = Number.NEGATIVE_INFINITY

  constructor(model: string, settings: GovernorSettings, released: boolean) {
    this.#state = newSteward(model)
    this.#settings = settings
    this.#released = released
  }

  /** In the order in which they opened. */
  get incidents(): Incident[] {
    return [...this.#incidents.values()]
  }

  /** The start of the first window of a drift incident that is open; null: none is. */
  get driftOpenSinceMs(): number | null {
    const { drift } = this.#state
    return drift?.state === 'open' ? Date.parse(drift.firstWindow.start) : null
  }

  /** One verdict at the time at which its scan would have told it; returns what was retrained because of it. */
  tell(message: VerdictMessage, nowMs: number): ReplayedRetraining[] {
    const before = this.retrainings.length
    this.#wakeUntil(nowMs)
    this.#nowMs = nowMs
    this.#apply({ kind: 'verdict', message })
    return this.retrainings.slice(before)
  }

  /** A steward looks again by itself, as when a cooldown ends. */
  #wakeUntil(nowMs: number): void {
    if (!Number.isFinite(this.#nowMs)) return
    for (;;) {
      const look = nextLook(this.#state, this.#settings, this.#nowMs)
      if (look === null || look <= 0 || this.#nowMs + look >= nowMs) return
      this.#nowMs += look
      this.#apply({ kind: 'looked' })
    }
  }

  #apply(event: StewardEvent): void {
    let governed = govern(this.#state, event, this.#settings, this.#nowMs)
    this.#keep(governed)
    this.#tellWhyNot(governed)
    while (governed.command !== null) {
      governed = this.#obey(governed, governed.command)
      this.#keep(governed)
    }
  }

  #obey({ state }: Governed, command: Command): Governed {
    const { model } = state
    switch (command.kind) {
      case 'count-labels': {
        const labels = this.#settings.minimumLabels
        return govern(state, { kind: 'labels-counted', labels }, this.#settings, this.#nowMs)
      }
      case 'admit-retraining': {
        const runKey = `backtest-${this.retrainings.length + 1}`
        const admission = { outcome: 'admitted', runKey, passed: null } as const
        return govern(state, { kind: 'admitted', admission }, this.#settings, this.#nowMs)
      }
      case 'start-retraining': {
        const { incident, from, requestedBy, reason } = command.wanted
        this.retrainings.push({ at: isoTime(this.#nowMs), ...reasonOf(command.wanted) })
        const runKey = `backtest-${this.retrainings.length}`
        const input = { model, prefix: '', runKey, incident, from, requestedBy, reason }
        const result = this.#released
          ? ({ outcome: 'candidate', candidateVersion: runKey, reason: '' } as const)
          : ({ outcome: 'not-better', candidateVersion: null, reason: unknownEnd } as const)
        return afterRetraining(retrainingStarted(state, input), { runKey, ...result }, this.#nowMs)
      }
      case 'start-release': {
        const { runKey, candidateVersion, incident } = command
        const release = `${model}/${this.retrainings.length}`
        const requestedBy = [...command.requestedBy]
        const input = {
          model,
          prefix: '',
          release,
          runKey,
          candidateVersion,
          incident,
          requestedBy,
        }
        const ended = {
          ...({ child: 'release', state: 'promoted' } as const),
          ...{ eventId: release, release, version: candidateVersion },
        }
        return {
          state: afterRelease(releaseStarted(state, input), ended, this.#nowMs),
          command: null,
        }
      }
    }
  }

  #keep({ state }: Governed): void {
    this.#state = state
    for (const incident of incidentsOf(state)) this.#incidents.set(incident.id, incident)
  }

  /** The governor's sentence on an open incident, whenever it is another one. */
  #tellWhyNot({ state: { drift }, command }: Governed): void {
    if (drift?.state !== 'open' || command !== null) return
    const { id: incident, next: reason } = drift
    const last = this.notRetrained.at(-1)
    const spoken = last?.incident === incident && last.reason === reason
    if (spoken || reason === 'watched' || reason.includes(unknownEnd)) return
    this.notRetrained.push({ at: isoTime(this.#nowMs), incident, reason })
  }
}

const unknownEnd = 'a backtest trains nothing, so nobody knows'

const reasonOf = ({ incident, from, reason }: Wanted) => ({ incident, from, reason })

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
