import type { ChatVerb } from '../../contracts/chat-verbs.ts'
import { incidentKinds } from '../../contracts/incident.ts'
import { askAbsorb, askRetraining } from '../ask-work.ts'
import { acknowledge, concernOf, isIncidentId } from '../concerns.ts'
import type { GatewayDeps } from '../deps.ts'
import { shownConcern } from '../shown-concerns.ts'
import type { ChatAct, ChatVerbEntry } from './verbs.ts'

type Did = (deps: GatewayDeps, act: ChatAct) => Promise<string>

/** What each does, by the code of the page and the terminal; the id of the answer makes it one however often it comes. */
const acts: Readonly<Partial<Record<ChatVerb, Did>>> = {
  async acknowledge(deps, { answer, person }) {
    const { outcome, sentence } = await acknowledge(deps, person, answer.subject)
    return `${outcome}: ${sentence}`
  },
  async retrain(deps, { answer, person, id }) {
    const { model } = await concernOf(deps.db, answer.subject)
    await askRetraining(deps, person, model, { reason: answer.reason, ask: id })
    return `ASKED: the steward of ${model} has it; what it does with it stands on the card`
  },
  async absorb(deps, { answer, person, id }) {
    const incident = await concernOf(deps.db, answer.subject)
    const since = 'cause' in incident ? incident.openedAt : incident.firstWindow.start
    const isBroken = 'kind' in incident && incidentKinds[incident.kind].broken
    await askAbsorb(deps, person, incident.model, {
      ...{ since, reason: answer.reason, dryRun: false, ask: id },
      // Whoever says why it is normal says so of broken windows too: there are no others here.
      ...(isBroken && { accept: answer.reason }),
    })
    return `ASKED: what the log holds since ${since} is merged; it then waits at the gate for others`
  },
}

/** What can be done about an incident or a notice, from its card. */
export const answerConcern: ChatVerbEntry = {
  async apply(deps, act) {
    const { subject, verb } = act.answer
    const { concern, card } = await shownConcern(deps, subject)
    const open = concern.state === 'open'
    // A card may be behind, and what is typed needs no button. Who acknowledges hears who did so before.
    if (verb !== 'acknowledge' && !card.actions.some((action) => action.verb === verb)) {
      const why = open ? `${verb} is not offered for it` : 'it is resolved'
      return { text: `NOT_ASKED: ${why}; ${card.headline}`, counted: false }
    }
    const text = await acts[verb]!(deps, act)
    return { text, counted: true }
  },
  page: ({ subject }) => `/${isIncidentId(subject) ? 'incidents' : 'notices'}/${subject}`,
}
