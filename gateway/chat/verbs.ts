import type { ChatReply } from '../../adapters/chat/chat-answers.ts'
import type { Person } from '../../adapters/identity/index.ts'
import type { ChatAnswer, Via } from '../../contracts/chat-answer.ts'
import type { ChatVerb } from '../../contracts/chat-verbs.ts'
import type { GatewayDeps } from '../deps.ts'
import { answerConcern } from './answer-concern.ts'
import { answerRelease } from './answer-release.ts'

/** One answer of a person who is known. */
export interface ChatAct {
  readonly answer: ChatAnswer
  readonly person: Person
  readonly via: Via
  /** Names the answer: applied again it counts once. */
  readonly id: string
}

export interface ChatVerbEntry {
  /** Does what was asked. Errors that may pass are retryable; the answer is kept and tried again. */
  apply(deps: GatewayDeps, act: ChatAct): Promise<ChatReply>
  /** Where the same can be done in a browser, as a path. */
  page(answer: ChatAnswer): string
}

/** What each button does, one line each. */
export const chatVerbEntries: Readonly<Record<ChatVerb, ChatVerbEntry>> = {
  approve: answerRelease,
  reject: answerRelease,
  acknowledge: answerConcern,
  retrain: answerConcern,
  absorb: answerConcern,
}
