import type { ModalView } from '@slack/web-api'
import { z } from 'zod'
import type { ChatAccount, ChatAnswer } from '../../contracts/chat-answer.ts'
import type { SlackSettings } from '../../contracts/chat-settings.ts'
import { type ChatVerb, isChatVerb, verbLooks } from '../../contracts/chat-verbs.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'
import { type ButtonKey, type ButtonSubject, readButton } from './button-value.ts'
import type { ChatAnswers, Heard } from './chat-answers.ts'
import type { ReadSecret } from './chat-channel.ts'
import { escapeSlack } from './slack-blocks.ts'
import { slackCall } from './slack-call.ts'
import {
  type SlackInteraction,
  type SlackPressed,
  type SlackSubmitted,
  slackInteraction,
} from './slack-interaction.ts'
import { mustBeFromSlack } from './slack-signature.ts'
import { listenToSlack } from './slack-socket.ts'

const form = 'driftgate'
const field = 'reason'
const place = z.object({ value: z.string(), channel: z.string(), ts: z.string() })

/** What people press on Slack's cards, by signed HTTP requests or over a socket that we open. */
export function slackAnswers(
  name: string,
  settings: SlackSettings,
  readSecret: ReadSecret,
  environment: string,
): ChatAnswers | null {
  const { answers } = settings
  if (answers === undefined) return null
  const call = slackCall(name, settings, readSecret)
  const key = (): ButtonKey => slackButtonKey(name, settings, readSecret, environment)
  const invalid = (reason: string, cause?: unknown) =>
    new DriftgateError('CHAT_DELIVERY_INVALID', { channel: name, reason }, { cause })

  /** What was verified, whichever way it came. */
  function heard(payload: unknown, deliveryId: string, atMs: number): Heard {
    const parsed = slackInteraction.safeParse(payload)
    if (!parsed.success) throw invalid('it is no interaction of Slack', parsed.error)
    const said: SlackInteraction = parsed.data
    const nothing = { deliveryId, answers: [], acknowledgement: null }
    if (said.type === 'other') return nothing
    mustBeOurs(said)
    const about = { channel: name, account: accountOf(said), deliveryId, at: isoTime(atMs) }
    return said.type === 'block_actions'
      ? pressedOne(said, about, nothing)
      : submittedOne(said, about, nothing)
  }

  function mustBeOurs({ api_app_id, team, enterprise }: SlackPressed | SlackSubmitted): void {
    const refuse = (what: string, given: string) =>
      new DriftgateError('CHAT_WORKSPACE_FOREIGN', { channel: name, what, given })
    if (answers?.app !== undefined && api_app_id !== answers.app) throw refuse('app', api_app_id)
    if (answers?.workspace !== team?.id && answers?.workspace !== enterprise?.id) {
      throw refuse('workspace', team?.id ?? enterprise?.id ?? 'none')
    }
  }

  function pressedOne(said: SlackPressed, about: About, nothing: Heard): Heard {
    const [{ action_id: verb, value }] = said.actions as [SlackPressed['actions'][number]]
    // A button that only opens a page is told of, too.
    if (!isChatVerb(verb)) return nothing
    const button = readButton(key(), verb, value)
    const from = { channel: said.channel?.id ?? settings.channel, ts: said.message?.ts ?? '' }
    if (button === null) return { ...nothing, next: () => notOurs({ ...about, place: from }) }
    if (verbLooks[verb].reason === null) {
      return { ...nothing, answers: [answerOf(about, button, '', from)] }
    }
    return {
      ...nothing,
      async next() {
        const view = reasonForm(verb, button.subject, JSON.stringify({ value, ...from }))
        try {
          await call((client) => client.views.open({ trigger_id: said.trigger_id, view }))
        } catch (error) {
          // Slack opens nothing three seconds after the click.
          const text = 'Nothing was decided: the form could not be opened in time. Press again.'
          await tell({ ...about, place: from }, { text })
          throw error
        }
      },
    }
  }

  function submittedOne({ view }: SlackSubmitted, about: About, nothing: Heard): Heard {
    const [prefix, verb] = view.callback_id.split(':')
    if (prefix !== form || !isChatVerb(verb)) return nothing
    const { value, ...from } = readPlace(view.private_metadata)
    const button = readButton(key(), verb, value)
    if (button === null) return { ...nothing, next: () => notOurs({ ...about, place: from }) }
    const reason = view.state.values[field]?.[field]?.value?.trim() ?? ''
    if (reason === '') {
      const errors = { [field]: 'A reason is needed; it is kept for good.' }
      return { ...nothing, acknowledgement: { response_action: 'errors', errors } }
    }
    return { ...nothing, answers: [answerOf(about, button, reason, from)] }
  }

  function readPlace(text: string): z.infer<typeof place> {
    try {
      return place.parse(JSON.parse(text))
    } catch (cause) {
      throw invalid('the form is not one of ours', cause)
    }
  }

  async function notOurs(to: Pick<ChatAnswer, 'account' | 'place'>): Promise<void> {
    const text =
      'Nothing was decided: this button is not one of ours, or from before the bot got a new token. Answer on the page.'
    await tell(to, { text })
    throw invalid('a button is not one of ours, or from before a new token')
  }

  const tell: ChatAnswers['tell'] = async ({ account, place: to }, { text, link }) => {
    const channel = to['channel'] ?? settings.channel
    const said = escapeSlack(text) + (link ? `\n<${link.url}|${escapeSlack(link.title)}>` : '')
    await call((client) => client.chat.postEphemeral({ channel, user: account.user, text: said }))
  }

  return {
    kind: 'slack',
    redelivers: answers.mode === 'socket',
    async read(delivery) {
      if (answers.mode !== 'http') {
        throw new DriftgateError('CHAT_CHANNEL_UNKNOWN', { channel: name })
      }
      const secret = readSecret(answers.signingSecret, `chat.${name}.answers.signingSecret`)
      const { signature } = mustBeFromSlack(name, secret, delivery)
      const text = new URLSearchParams(delivery.body.toString('utf8')).get('payload')
      return heard(parsedJson(text ?? ''), signature, delivery.atMs)
    },
    tell,
    ...(answers.mode === 'socket' && {
      listen: (listener) => {
        const token = () => readSecret(answers.appToken, `chat.${name}.answers.appToken`)
        return listenToSlack({ name, api: settings.api, token }, listener, heard)
      },
    }),
  }
}

type About = Pick<ChatAnswer, 'channel' | 'account' | 'deliveryId' | 'at'>

/** Made from the bot token, which whoever shows cards and whoever hears of them both have. */
export const slackButtonKey = (
  channel: string,
  { token }: SlackSettings,
  readSecret: ReadSecret,
  environment: string,
): ButtonKey => ({ secret: readSecret(token, `chat.${channel}.token`), environment, channel })

/** Of the person's own workspace: in a shared channel or an enterprise that is not where the button was pressed. */
const accountOf = ({ user, team, enterprise }: SlackPressed | SlackSubmitted): ChatAccount => ({
  kind: 'slack',
  workspace: user.team_id ?? team?.id ?? enterprise?.id ?? '',
  user: user.id,
  name: user.username ?? user.name,
})

const answerOf = (
  about: About,
  { verb, subject, digest }: ButtonSubject,
  reason: string,
  from: Record<string, string>,
): ChatAnswer => ({ ...about, verb, subject, digest, reason: reason.slice(0, 2_000), place: from })

function reasonForm(verb: ChatVerb, subject: string, metadata: string): ModalView {
  const { title, question } = verbLooks[verb].reason!
  const plain = (text: string, most: number) => ({
    type: 'plain_text' as const,
    text: text.slice(0, most),
  })
  return {
    type: 'modal',
    callback_id: `${form}:${verb}`,
    private_metadata: metadata,
    title: plain(title, 24),
    submit: plain(title, 24),
    close: plain('Cancel', 24),
    blocks: [
      { type: 'section', text: plain(subject, 3_000) },
      {
        type: 'input',
        block_id: field,
        label: plain(question, 2_000),
        element: {
          type: 'plain_text_input',
          action_id: field,
          multiline: true,
          min_length: 1,
          max_length: 2_000,
        },
      },
    ],
  }
}

const isoTime = (atMs: number): string => new Date(atMs).toISOString()
