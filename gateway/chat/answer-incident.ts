import type { ChatVerb } from '../../contracts/chat-verbs.ts'
import { askAbsorb, askRetraining } from '../ask-work.ts'
import { acknowledge, concernOf } from '../concerns.ts'
import type { GatewayDeps } from '../deps.ts'
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
    const isBroken = 'kind' in incident && incident.kind === 'DATA_QUALITY'
    await askAbsorb(deps, person, incident.model, {
      ...{ since, reason: answer.reason, dryRun: false, ask: id },
      // Whoever says why it is normal says so of broken windows too: there are no others here.
      ...(isBroken && { accept: answer.reason }),
    })
    return `ASKED: what the log holds since ${since} is merged; it then waits at the gate for others`
  },
}

/** What can be done about an incident, from its card. */
export const answerIncident: ChatVerbEntry = {
  async apply(deps, act) {
    const text = await acts[act.answer.verb]!(deps, act)
    return { text, counted: true }
  },
  page: ({ subject }) => `/incidents/${subject}`,
}
