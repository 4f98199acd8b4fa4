import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { StormReleased } from '../contracts/admission.ts'
import {
  type AbsorbMessage,
  type AcknowledgeMessage,
  type ChildEnded,
  messageNames,
  type PolicyMessage,
  type RetrainRequest,
  type StewardInput,
  type TroubleMessage,
  type VerdictMessage,
} from '../contracts/messages.ts'
import type { PerformanceMessage } from '../contracts/performance-finding.ts'
import type { ReinstateMessage } from '../contracts/release-messages.ts'
import type { StewardState } from '../contracts/steward.ts'
import { govern, nextLook, type StewardEvent } from '../policies/governor.ts'
import { incidentsOf } from '../policies/incidents.ts'
import { newSteward } from '../policies/steward-state.ts'
import { stewardActs } from './activities.ts'
import { showPhase } from './phase.ts'
import { shownCards } from './shown-cards.ts'
import { obey, startRelease, startRetraining } from './steward-commands.ts'

const verdictReached = defineSignal<[VerdictMessage]>(messageNames.verdictReached)
const performanceJudged = defineSignal<[PerformanceMessage]>(messageNames.performanceJudged)
const childEnded = defineSignal<[ChildEnded]>(messageNames.childEnded)
const retrainRequested = defineSignal<[RetrainRequest]>(messageNames.retrainRequested)
const absorbRequested = defineSignal<[AbsorbMessage]>(messageNames.absorbRequested)
const policyRequested = defineSignal<[PolicyMessage]>(messageNames.policyRequested)
const reinstateRequested = defineSignal<[ReinstateMessage]>(messageNames.reinstateRequested)
const acknowledged = defineSignal<[AcknowledgeMessage]>(messageNames.acknowledged)
const troubleSeen = defineSignal<[TroubleMessage]>(messageNames.troubleSeen)
const stormReleased = defineSignal<[StormReleased]>(messageNames.stormReleased)
const stateQuery = defineQuery<StewardState>(messageNames.state)

/** What goes from run to run: nothing that was received is lost. */
interface Carried {
  readonly state: StewardState
  readonly inbox: readonly StewardEvent[]
}

/** The one writer of a model's life. It never ends; its state is in PostgreSQL after every event. */
export async function steward(input: StewardInput): Promise<never> {
  const { model, prefix } = input
  const carried = input.carried as Carried | undefined
  const inbox: StewardEvent[] = [...(carried?.inbox ?? [])]
  // A run that began under older code carried less.
  let state = { ...newSteward(model), ...carried?.state }
  setHandler(verdictReached, (message) => void inbox.push({ kind: 'verdict', message }))
  setHandler(performanceJudged, (message) => void inbox.push({ kind: 'performance', message }))
  setHandler(childEnded, (message) => void inbox.push({ kind: 'child-ended', message }))
  setHandler(retrainRequested, (message) => void inbox.push({ kind: 'requested', message }))
  setHandler(absorbRequested, (message) => void inbox.push({ kind: 'absorb-requested', message }))
  setHandler(policyRequested, (message) => void inbox.push({ kind: 'policy-requested', message }))
  setHandler(
    reinstateRequested,
    (message) => void inbox.push({ kind: 'reinstate-requested', message }),
  )
  setHandler(acknowledged, (message) => void inbox.push({ kind: 'acknowledged', message }))
  setHandler(troubleSeen, (message) => void inbox.push({ kind: 'trouble', message }))
  setHandler(stormReleased, (message) => void inbox.push({ kind: 'storm-released', message }))
  setHandler(stateQuery, () => state)

  const { loadSteward, saveSteward, governorSettings } = stewardActs(prefix)
  if (carried === undefined) {
    // What an older worker saved holds less.
    state = { ...state, ...(await loadSteward({ model })) }
    // After a loss of Temporal's database the children are gone too; those that run are left alone.
    if (state.retraining !== null) await startRetraining(state.retraining)
    if (state.release !== null) await startRelease(state.release)
    for (const input of [...state.absorbing, ...state.policies]) await startRelease(input)
  }
  const cards = shownCards(prefix)
  let settings = await governorSettings({ model })
  for (;;) {
    showPhase(model, phaseOf(state))
    const look = nextLook(state, settings, Date.now())
    const due = () => inbox.length > 0 || workflowInfo().continueAsNewSuggested
    if (look === null) await condition(due)
    else if (!(await condition(due, look))) inbox.push({ kind: 'looked' })
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof steward>({ model, prefix, carried: { state, inbox } })
    }
    const event = inbox.shift()
    if (event === undefined) continue
    settings = await governorSettings({ model })
    const before = state
    let governed = govern(state, event, settings, Date.now())
    state = governed.state
    while (governed.command !== null) {
      governed = await obey(governed, governed.command, { model, prefix, settings })
      state = governed.state
    }
    if (state === before) continue
    // What was saved before there were cards of incidents came back with nothing.
    const saved = await saveSteward({ state })
    for (const subject of saved?.changed ?? []) cards.show(subject)
  }
}

function phaseOf(state: StewardState): string {
  if (state.release !== null) return 'releasing'
  if (state.retraining !== null) return 'retraining'
  if (state.wanted !== null) return 'waiting for labels'
  return incidentsOf(state).some((incident) => incident.state === 'open') ? 'incident' : 'watching'
}
