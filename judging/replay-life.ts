import type { Incident } from '../contracts/incident.ts'
import type { RetrainInput, RetrainResult } from '../contracts/messages.ts'
import type { Wanted } from '../contracts/steward.ts'
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
import {
  admitReplayed,
  type ReplayedRun,
  type RetrainingSettings,
  replayedGovernor,
} from './replay-admission.ts'

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

/** How a retraining ends, at once; a candidate is released at once. */
export type ReplayedEnd = Omit<RetrainResult, 'runKey'>

/** What a replay takes the world to be. */
export interface ReplayedWorld {
  /** Labels since a moment of event time that are there now. Absent: as many as are asked for. */
  readonly labels?: (from: string, nowMs: number) => number
  /** Trains, compares and says how it ended. */
  readonly train: (run: RetrainInput, nowMs: number) => ReplayedEnd
  /** `train` trains, so that what it gained is known. */
  readonly knowsGain?: boolean
}

const unknownEnd = 'a backtest trains nothing, so nobody knows'

/** A retraining ends with a version that is released. */
export const releasedAtOnce: ReplayedWorld = {
  train: ({ runKey }) => ({ outcome: 'candidate', candidateVersion: runKey, reason: '' }),
}
/** It ends without one and its incident stays open, since whether it would have helped is not known. */
export const endUnknown: ReplayedWorld = {
  train: () => ({ outcome: 'not-better', candidateVersion: null, reason: unknownEnd }),
}

/** Events of a model's life that a replay tells. */
export type ReplayedEvent = Extract<StewardEvent, { kind: 'verdict' | 'performance' | 'looked' }>

/**
 * What the steward would have made of the verdicts and of what labels said: the governor itself, with time that is an
 * argument, and the budget and freezes of the model. Fleet budgets and storms are of other models, of which a replay
 * knows nothing.
 */
export class ReplayedLife {
  readonly retrainings: ReplayedRetraining[] = []
  readonly notRetrained: NotRetrained[] = []
  readonly #incidents = new Map<string, Incident>()
  readonly #settings: RetrainingSettings
  readonly #world: ReplayedWorld
  readonly #runs: ReplayedRun[] = []
  #state: Governed['state']
  #nowMs = Number.NEGATIVE_INFINITY
  #beganMs = Number.NaN

  constructor(model: string, settings: RetrainingSettings, world: ReplayedWorld) {
    this.#state = newSteward(model)
    this.#settings = settings
    this.#world = world
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

  /** One event at the time at which it would have been told; returns what was retrained because of it. */
  tell(event: ReplayedEvent, nowMs: number): ReplayedRetraining[] {
    const before = this.retrainings.length
    if (Number.isNaN(this.#beganMs)) this.#beganMs = nowMs
    this.#wakeUntil(nowMs)
    this.#nowMs = nowMs
    this.#apply(event)
    return this.retrainings.slice(before)
  }

  /** A steward looks again by itself, as when a cooldown ends. */
  #wakeUntil(nowMs: number): void {
    if (!Number.isFinite(this.#nowMs)) return
    for (;;) {
      const look = nextLook(this.#state, this.#governor(), this.#nowMs)
      if (look === null || look <= 0 || this.#nowMs + look >= nowMs) return
      this.#nowMs += look
      this.#apply({ kind: 'looked' })
    }
  }

  #governor() {
    const at = { beganMs: this.#beganMs, nowMs: this.#nowMs }
    return replayedGovernor(this.#settings, { ...at, knowsGain: this.#world.knowsGain === true })
  }

  #govern(state: Governed['state'], event: StewardEvent): Governed {
    return govern(state, event, this.#governor(), this.#nowMs)
  }

  #apply(event: StewardEvent): void {
    let governed = this.#govern(this.#state, event)
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
        const labels =
          this.#world.labels?.(command.from, this.#nowMs) ?? this.#settings.minimumLabels
        return this.#govern(state, { kind: 'labels-counted', labels })
      }
      case 'admit-retraining': {
        const runKey = `backtest-${this.retrainings.length + 1}`
        const asking = { model, wanted: command.wanted, runKey }
        const admission = admitReplayed(this.#settings, asking, this.#runs, this.#nowMs)
        const governed = this.#govern(state, { kind: 'admitted', admission })
        this.#tellWhyNot(governed)
        return governed
      }
      case 'start-retraining':
        return this.#train(state, command.wanted)
      case 'start-release': {
        const { runKey, candidateVersion, incident, compared } = command
        const release = `${model}/${this.retrainings.length}`
        const requestedBy = [...command.requestedBy]
        const place = { model, prefix: '', release, runKey, candidateVersion }
        const ended = {
          ...({ child: 'release', state: 'promoted' } as const),
          ...{ eventId: release, release, version: candidateVersion },
        }
        const started = releaseStarted(state, {
          ...{ ...place, incident, requestedBy },
          ...(compared && { compared }),
        })
        return { state: afterRelease(started, ended, this.#nowMs), command: null }
      }
    }
  }

  #train(state: Governed['state'], { incident, from, requestedBy, reason }: Wanted): Governed {
    this.retrainings.push({ at: isoTime(this.#nowMs), incident, from, reason })
    this.#runs.push({ atMs: this.#nowMs, cost: this.#settings.cost })
    const runKey = `backtest-${this.retrainings.length}`
    const input = { model: state.model, prefix: '', runKey, incident, from, requestedBy, reason }
    const result = { runKey, ...this.#world.train(input, this.#nowMs) }
    return afterRetraining(retrainingStarted(state, input), result, this.#nowMs)
  }

  #keep({ state }: Governed): void {
    this.#state = state
    for (const incident of incidentsOf(state)) this.#incidents.set(incident.id, incident)
  }

  /** The governor's sentence on an open incident, whenever it is another one. */
  #tellWhyNot({ state: { drift, performance }, command }: Governed): void {
    if (command !== null) return
    for (const open of [drift, performance]) {
      if (open?.state !== 'open') continue
      const { id: incident, next: reason } = open
      const last = this.notRetrained.findLast((told) => told.incident === incident)
      if (last?.reason === reason || reason === 'watched' || reason.includes(unknownEnd)) continue
      this.notRetrained.push({ at: isoTime(this.#nowMs), incident, reason })
    }
  }
}

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
