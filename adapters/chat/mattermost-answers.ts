import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ChatAccount, ChatAnswer } from '../../contracts/chat-answer.ts'
import type { MattermostSettings } from '../../contracts/chat-settings.ts'
import { type ChatVerb, chatVerb, verbLooks } from '../../contracts/chat-verbs.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'
import { type ButtonKey, type ButtonSubject, readButton } from './button-value.ts'
import type { ChatAnswers, Delivery, Heard } from './chat-answers.ts'
import type { ReadSecret } from './chat-channel.ts'
import { anything, mattermostClient, plain } from './mattermost-client.ts'

/** How long a form may stay open, milliseconds. */
const formMs = 1_800_000

const pressedSchema = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  post_id: z.string(),
  trigger_id: z.string(),
  context: z.object({ verb: chatVerb, value: z.string(), confirm: z.string().default('') }),
})
const submittedSchema = z.object({
  type: z.literal('dialog_submission'),
  state: z.string(),
  user_id: z.string(),
  channel_id: z.string(),
  cancelled: z.boolean().default(false),
  submission: z.object({ reason: z.string().nullish() }).nullish(),
})
const formSchema = z.object({
  verb: chatVerb,
  subject: z.string(),
  digest: z.string(),
  user: z.string(),
  atMs: z.number(),
  id: z.string(),
})
type Form = z.infer<typeof formSchema>
const userSchema = z.object({
  id: z.string(),
  username: z.string(),
  delete_at: z.number().default(0),
  is_bot: z.boolean().default(false),
})

/**
 * What people press on Mattermost's cards. The server signs nothing: a button carries a MAC that only it has seen, and the form
 * that follows one that is bound to who pressed, since a form passes through their browser.
 * @see https://developers.mattermost.com/integrate/plugins/interactive-messages/
 */
export function mattermostAnswers(
  name: string,
  settings: MattermostSettings,
  readSecret: ReadSecret,
  environment: string,
): ChatAnswers | null {
  const { answers } = settings
  if (answers === undefined) return null
  const { ask } = mattermostClient(name, settings, readSecret)
  const key = () => mattermostButtonKey(name, settings, readSecret, environment)
  const unsigned = (reason: string) =>
    new DriftgateError('CHAT_SIGNATURE_INVALID', { channel: name, reason })

  /** Who it is says the server, not the request; whoever is no member of the channel has no say in it. */
  async function accountOf(user: string, channel: string): Promise<ChatAccount> {
    if (channel !== settings.channel) {
      const details = { channel: name, what: 'channel', given: channel }
      throw new DriftgateError('CHAT_WORKSPACE_FOREIGN', details)
    }
    const id = encodeURIComponent(user)
    const found = await ask('GET', `users/${id}`, userSchema)
    const member = found && (await ask('GET', `channels/${channel}/members/${id}`, anything))
    if (found?.id !== user || found.is_bot || found.delete_at > 0 || !member) {
      throw unsigned('its user is nobody of this channel')
    }
    return { kind: 'mattermost', workspace: new URL(settings.url).host, user, name: found.username }
  }

  async function pressed(said: z.infer<typeof pressedSchema>, atMs: number): Promise<Heard> {
    const { verb, value, confirm } = said.context
    const button = readButton(key(), verb, value)
    if (button === null) throw unsigned('the button is not one of ours')
    const { user } = await accountOf(said.user_id, said.channel_id)
    const state = sealForm(key(), { ...button, user, atMs, id: randomUUID() })
    return {
      ...{ deliveryId: `pressed/${said.trigger_id}`, answers: [], acknowledgement: {} },
      async next() {
        await ask('POST', 'actions/dialogs/open', anything, {
          trigger_id: said.trigger_id,
          url: `${answers?.url.replace(/\/$/, '')}/chat/mattermost/${name}`,
          dialog: dialogOf(button, confirm, state),
        })
      },
    }
  }

  async function submitted(said: z.infer<typeof submittedSchema>, atMs: number): Promise<Heard> {
    const form = openForm(key(), said.state)
    if (form === null || form.user !== said.user_id) throw unsigned('the form is not one of ours')
    if (Math.abs(atMs - form.atMs) > formMs) throw unsigned('the form was opened too long ago')
    const { verb, subject, digest, id: deliveryId, user } = form
    const account = await accountOf(user, said.channel_id)
    const reason = said.submission?.reason?.trim() ?? ''
    const nothing = { deliveryId: `closed/${deliveryId}`, answers: [], acknowledgement: {} }
    if (said.cancelled) return nothing
    if (reason === '' && verbLooks[verb].reason !== null) {
      const errors = { reason: 'A reason is needed; it is kept for good.' }
      // The form stays open and may be sent again.
      return { ...nothing, deliveryId: `blank/${randomUUID()}`, acknowledgement: { errors } }
    }
    const answer: ChatAnswer = {
      ...{ channel: name, account, verb, subject, digest, deliveryId, place: {} },
      reason: reason.slice(0, 2_000),
      at: new Date(atMs).toISOString(),
    }
    return { deliveryId, answers: [answer], acknowledgement: {} }
  }

  return {
    kind: 'mattermost',
    redelivers: false,
    async read({ body, atMs }: Delivery) {
      const said = parsedJson(body.toString('utf8'))
      const press = pressedSchema.safeParse(said)
      if (press.success) return pressed(press.data, atMs)
      const submission = submittedSchema.safeParse(said)
      if (submission.success) return submitted(submission.data, atMs)
      const reason = 'it is neither a button nor a form'
      throw new DriftgateError('CHAT_DELIVERY_INVALID', { channel: name, reason })
    },
    async tell({ account }, { text, link }) {
      const me = await ask('GET', 'users/me', z.object({ id: z.string() }))
      const direct = await ask('POST', 'channels/direct', z.object({ id: z.string() }), [
        me?.id ?? '',
        account.user,
      ])
      const said = plain(text, 4_000)
      const message = link ? `${said}\n[${link.title}](${link.url})` : said
      await ask('POST', 'posts', anything, { channel_id: direct?.id ?? '', message })
    },
  }
}

/** From a secret of its own: it is all that tells the server from others. */
export const mattermostButtonKey = (
  channel: string,
  { answers }: MattermostSettings,
  readSecret: ReadSecret,
  environment: string,
): ButtonKey => {
  const secret = answers ? readSecret(answers.secret, `chat.${channel}.answers.secret`) : ''
  if (secret.length >= 32) return { secret, environment, channel }
  const reason = `chat.${channel}.answers.secret has fewer than 32 characters`
  throw new DriftgateError('CHAT_REFUSED', { channel, reason })
}

/** A form passes through the browser of whoever pressed; it is good for them alone. */
function sealForm(key: ButtonKey, form: Form): string {
  const text = Buffer.from(JSON.stringify(form)).toString('base64url')
  return `${text}.${macOf(key, text)}`
}

function openForm(key: ButtonKey, state: string): Form | null {
  const [text = '', mac = ''] = state.split('.')
  const [given, own] = [Buffer.from(mac), Buffer.from(macOf(key, text))]
  if (given.length !== own.length || !timingSafeEqual(given, own)) return null
  return formSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
}

function macOf({ secret, environment, channel }: ButtonKey, text: string): string {
  const own = createHmac('sha256', secret).update('driftgate form/1').digest()
  return createHmac('sha256', own)
    .update(JSON.stringify([environment, channel, text]))
    .digest('base64url')
}

function dialogOf({ verb, subject }: ButtonSubject, confirm: string, state: string) {
  const { button, reason } = verbLooks[verb as ChatVerb]
  const title = reason?.title ?? button
  return {
    callback_id: verb,
    title: title.slice(0, 24),
    introduction_text: `${subject}${confirm ? `: ${confirm}` : ''}`,
    submit_label: title.slice(0, 24),
    state,
    elements: [
      {
        display_name: 'Reason',
        name: 'reason',
        type: 'textarea',
        help_text: (reason?.question ?? 'Kept for good; may be left out.').slice(0, 150),
        optional: reason === null,
        max_length: 2_000,
      },
    ],
  }
}
