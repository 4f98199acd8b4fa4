import { type RetrainingBudget, stormSettings } from '../../contracts/fleet-settings.ts'
import type { ChildEnded } from '../../contracts/messages.ts'
import type { VerdictName } from '../../contracts/report.ts'
import type { GovernorSettings, StewardState, Wanted } from '../../contracts/steward.ts'
import { type AdmissionFacts, admit, type Queued } from '../../policies/admission.ts'
import { isByRule } from '../../policies/causes.ts'
import { type Command, govern, nextLook, type StewardEvent } from '../../policies/governor.ts'
import { releaseStarted, retrainingStarted } from '../../policies/governor-outcomes.ts'
import { incidentsOf } from '../../policies/incidents.ts'
import { newSteward } from '../../policies/steward-state.ts'
import { canStorm, isStormOver } from '../../policies/storm.ts'
import { day, iso } from './governor-life.ts'

export interface FleetModel {
  readonly priority: number
  readonly critical: boolean
  readonly cost: number
  readonly budget: RetrainingBudget | undefined
  readonly settings: Omit<GovernorSettings, 'limits'>
  readonly gainless: number
  readonly refreshEvery: number | null
}

export interface FleetOptions {
  readonly models: Readonly<Record<string, FleetModel>>
  readonly budget?: RetrainingBudget
  readonly storm?: Partial<AdmissionFacts['storm']['settings']>
  /** From, until, milliseconds. */
  readonly freezes?: readonly (readonly [number, number])[]
}

/** A retraining that was started, and what was so at that moment. */
export interface Start {
  readonly model: string
  readonly atMs: number
  readonly cost: number
  readonly byRule: boolean
  readonly stormHeld: boolean
  readonly runKey: string
}

interface Run {
  readonly runKey: string
  readonly child: 'retrain' | 'release'
}

/** Many stewards over one database, both as plain values: reducers and admission as workflow and activity call them. */
export function fleet(options: FleetOptions, firstMs = 1_000 * day) {
  let nowMs = firstMs
  let events = 0
  const states = new Map(Object.keys(options.models).map((model) => [model, newSteward(model)]))
  const wakes = new Map<string, number | null>()
  const running = new Map<string, Run>()
  const reserved = new Map<string, { model: string; atMs: number; cost: number }>()
  const wishes = new Map<string, Queued & { readonly waitsFor: string }>()
  const stormRules = { ...stormSettings.parse({ watch: false }), ...options.storm }
  let storm: { beganAtMs: number; models: readonly string[]; needed: number } | null = null
  let stormEndedMs = Number.NEGATIVE_INFINITY
  const starts: Start[] = []
  const looks: { model: string; atMs: number }[] = []

  const freezeNow = () => {
    const found = (options.freezes ?? []).find(([from, until]) => from <= nowMs && nowMs < until)
    return found ? { until: iso(found[1]), reasons: [] } : null
  }
  const settingsOf = (model: string): GovernorSettings => {
    const { settings, gainless, refreshEvery } = options.models[model]!
    const trained = Math.max(
      firstMs,
      ...starts.filter((each) => each.model === model).map(({ atMs }) => atMs),
    )
    const refresh =
      refreshEvery === null ? null : { every: refreshEvery, dueAt: iso(trained + refreshEvery) }
    return { ...settings, limits: { gainless, gains: true, freeze: freezeNow(), refresh } }
  }
  const breached = (model: string) =>
    incidentsOf(states.get(model)!).filter(
      ({ kind, state }) => state === 'open' && kind !== 'DATA_QUALITY',
    )
  const endStorm = () => {
    storm = null
    stormEndedMs = nowMs
  }

  function stormFacts(model: string): AdmissionFacts['storm'] {
    const all = Object.keys(options.models)
    const common = { settings: stormRules, fleet: all.length }
    if (storm !== null) {
      const stillBad = storm.models.filter((each) => breached(each).length > 0).length
      if (!isStormOver(stillBad, storm.needed)) {
        const { beganAtMs, models } = storm
        return { ...common, breaching: [], open: { beganAtMs, models: models.length, stillBad } }
      }
      endStorm()
    }
    const wanted = states.get(model)?.wanted?.incident
    const own = breached(model).find(({ id }) => id === wanted)
    const centre = own === undefined ? nowMs : Date.parse(own.openedAt)
    const near = (openedAt: string) =>
      Math.abs(Date.parse(openedAt) - centre) <= stormRules.within &&
      Date.parse(openedAt) > stormEndedMs
    const breaching = all.filter((each) => breached(each).some(({ openedAt }) => near(openedAt)))
    return {
      ...common,
      breaching: canStorm(all.length, stormRules) ? breaching : [],
      open: null,
    }
  }

  function ask(model: string, wanted: Wanted, runKey: string): StewardEvent {
    const { priority, critical, cost, budget } = options.models[model]!
    const sinceMs = wishes.get(model)?.sinceMs ?? nowMs
    const wish = { model, priority, critical, cost, sinceMs }
    const facts: AdmissionFacts = {
      ...{ wish, byRule: isByRule(wanted), freeze: freezeNow(), storm: stormFacts(model) },
      budgets: { model: budget, fleet: options.budget },
      spent: [...reserved.values()],
      queue: [...wishes.values()].filter(({ waitsFor }) => waitsFor === 'fleet-budget'),
    }
    const judged = admit(facts, nowMs)
    if (judged.outcome === 'parked') {
      const { by, lookAt } = judged.parked
      if (judged.storm) storm = { beganAtMs: nowMs, ...judged.storm }
      wishes.set(model, { ...wish, lookAtMs: Date.parse(lookAt), waitsFor: by })
      return { kind: 'admitted', admission: { outcome: 'parked', parked: judged.parked } }
    }
    reserved.set(runKey, { model, atMs: nowMs, cost })
    wishes.delete(model)
    return {
      kind: 'admitted',
      admission: { outcome: 'admitted', runKey, passed: judged.passed },
    }
  }

  function obey(model: string, state: StewardState, command: Command, labels: number) {
    const settings = settingsOf(model)
    switch (command.kind) {
      case 'count-labels':
        return govern(state, { kind: 'labels-counted', labels }, settings, nowMs)
      case 'admit-retraining': {
        const event = ask(model, command.wanted, `run-${++events}`)
        return govern(state, event, settings, nowMs)
      }
      case 'start-retraining': {
        const { wanted, runKey = '' } = command
        const { cost } = options.models[model]!
        const how = { byRule: isByRule(wanted), stormHeld: storm !== null }
        starts.push({ ...{ model, atMs: nowMs, cost, runKey }, ...how })
        running.set(model, { runKey, child: 'retrain' })
        const { incident, from, requestedBy, reason } = wanted
        const input = { model, prefix: '', runKey, incident, from, requestedBy, reason }
        return { state: retrainingStarted(state, input), command: null }
      }
      case 'start-release': {
        const { runKey, candidateVersion, incident } = command
        running.set(model, { runKey, child: 'release' })
        const input = {
          ...{ model, prefix: '', release: runKey, runKey, candidateVersion, incident },
          requestedBy: [...command.requestedBy],
        }
        return { state: releaseStarted(state, input), command: null }
      }
    }
  }

  function feed(model: string, event: StewardEvent, labels = 1_000): void {
    let governed = govern(states.get(model)!, event, settingsOf(model), nowMs)
    while (governed.command !== null) {
      states.set(model, governed.state)
      governed = obey(model, governed.state, governed.command, labels)
    }
    const state = JSON.parse(JSON.stringify(governed.state)) as StewardState
    states.set(model, state)
    if (state.wanted === null) wishes.delete(model)
    const look = nextLook(state, settingsOf(model), nowMs)
    wakes.set(model, look === null ? null : nowMs + look)
  }

  /** Every steward that is due looks again, in the order in which they are due. */
  function advanceTo(untilMs: number, labels = 1_000): void {
    for (;;) {
      const due = [...wakes].flatMap(([model, at]) => (at === null ? [] : [{ model, at }]))
      const [next] = due.sort(
        (left, right) => left.at - right.at || (left.model < right.model ? -1 : 1),
      )
      if (next === undefined || next.at > untilMs) break
      nowMs = Math.max(nowMs, next.at)
      looks.push({ model: next.model, atMs: nowMs })
      feed(next.model, { kind: 'looked' }, labels)
    }
    nowMs = Math.max(nowMs, untilMs)
  }

  return {
    ...{ starts, looks, running, feed, advanceTo },
    state: (model: string) => states.get(model)!,
    get nowMs() {
      return nowMs
    },
    get storm() {
      return storm
    },
    releaseStorm() {
      endStorm()
      for (const [model, { waitsFor }] of wishes) {
        if (waitsFor !== 'storm') continue
        feed(model, { kind: 'storm-released', message: { eventId: `release-${++events}` } })
      }
    },
    verdict(model: string, index: number, verdict: VerdictName, labels?: number) {
      const start = iso(firstMs + index * day)
      const message = {
        ...{ eventId: `verdict-${++events}`, model, verdictId: start, verdict },
        window: { start, end: iso(firstMs + (index + 1) * day) },
        ...{ evidenceDigest: start, headline: `${model} is ${verdict}` },
      }
      feed(model, { kind: 'verdict', message }, labels)
    },
    request(model: string, labels?: number) {
      const message = { eventId: `asked-${++events}`, person: 'operator', reason: 'because' }
      feed(model, { kind: 'requested', message }, labels)
    },
    /** What runs ends so; a run that no cluster was asked for gives back what it reserved. */
    end(
      model: string,
      how: 'candidate' | 'not-better' | 'failed' | 'lost' | 'promoted' | 'rejected',
      submitted = true,
    ) {
      const run = running.get(model)
      if (run === undefined) return
      running.delete(model)
      if (!submitted && run.child === 'retrain') reserved.delete(run.runKey)
      const eventId = `ended-${++events}`
      const message: ChildEnded =
        run.child === 'release'
          ? {
              ...({ child: 'release', eventId, release: run.runKey } as const),
              ...{ state: how, version: how === 'promoted' ? run.runKey : null },
            }
          : {
              ...({ child: 'retrain', eventId } as const),
              result: {
                runKey: run.runKey,
                outcome: how === 'promoted' || how === 'rejected' ? 'failed' : how,
                candidateVersion: how === 'candidate' ? run.runKey : null,
                reason: 'so it ended',
              },
            }
      feed(model, { kind: 'child-ended', message })
    },
  }
}
