import type { ChatReply } from '../../adapters/chat/chat-answers.ts'
import type { ChatAnswer } from '../../contracts/chat-answer.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { GatewayDeps } from '../deps.ts'
import { personOfAccount } from './chat-person.ts'
import { linkToken } from './link-token.ts'
import { chatVerbEntries } from './verbs.ts'

/**
 * What one answer from a chat comes to, by the same way as from page and terminal: whose account it is and what that
 * person may is asked now, then the verb does its work. Returns what the person is told, refusals too; throws what may
 * pass (retryable), and the answer stays to be tried again.
 */
export async function answerFromChat(
  deps: GatewayDeps,
  answer: ChatAnswer,
  id: string,
): Promise<ChatReply> {
  const verb = chatVerbEntries[answer.verb]
  const page = { url: linkTo(deps, verb.page(answer)), title: 'Open the page' }
  try {
    const who = await personOfAccount(deps, answer)
    if (!who.known)
      return await (who.why === 'not linked' ? askToLink(deps, answer) : unsure(who.why))
    const { person, via } = who
    return await verb.apply(deps, { answer, person, via, id })
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.entry.retryable) throw error
    return { text: `${error.code}: ${error.message}; ${error.help}`, link: page, counted: false }
  }

  function unsure(why: 'sign-in too old' | 'not there any more'): ChatReply {
    if (why === 'not there any more') {
      const text = 'Nothing was decided: the group source does not know you any more.'
      return { text, link: page, counted: false }
    }
    const text = `Nothing was decided: your last sign-in is too long ago to know what you may. Sign in and answer there.`
    return { text, link: page, counted: false }
  }
}

async function askToLink(deps: GatewayDeps, { channel, account }: ChatAnswer): Promise<ChatReply> {
  const token = await linkToken(deps, { channel, account })
  return {
    text: 'Nothing was decided: Driftgate does not know yet who you are. Sign in once to link this account, then answer again. The link is good for ten minutes and for you alone.',
    link: { url: linkTo(deps, `/chat/link?token=${token}`), title: 'Link this account' },
    counted: false,
  }
}

const linkTo = ({ settings }: GatewayDeps, path: string): string =>
  `${settings.gateway.url.replace(/\/$/, '')}${path}`
