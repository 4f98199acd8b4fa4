import { z } from 'zod'
import type { CardAction } from '../../contracts/card.ts'
import type { TeamsSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type ButtonKey, buttonValue } from './button-value.ts'
import type { ChatChannel, Posting, ReadSecret } from './chat-channel.ts'
import { adaptiveCard } from './teams-card.ts'
import { teamsClient } from './teams-client.ts'

const made = z.object({ id: z.string(), activityId: z.string() })
const something = z.object({ id: z.string().optional() })

/**
 * Cards as Adaptive Cards that a bot posts into a channel and edits in place. A bot cannot look into a channel: a card whose
 * posting was never answered is posted again, and the one before it, if it is there, stays as it is.
 */
export function teams(
  name: string,
  settings: TeamsSettings,
  readSecret: ReadSecret,
  environment: string,
): ChatChannel {
  const { app, tenant, channel } = settings
  const client = teamsClient(name, settings, readSecret)
  const value = (action: CardAction) =>
    buttonValue(teamsButtonKey(name, settings, readSecret, environment), action)

  const activityOf = ({ card, key, revision }: Posting) => ({
    type: 'message',
    value: { key, revision },
    summary: card.headline.slice(0, 300),
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: adaptiveCard(card, settings.answers ? value : undefined),
      },
    ],
  })

  return {
    kind: 'teams',
    address: settings.service,
    findsAgain: false,
    async post(posting) {
      const answer = await client.ask('POST', '', made, {
        isGroup: true,
        bot: { id: `28:${app}` },
        channelData: { channel: { id: channel }, tenant: { id: tenant } },
        activity: activityOf(posting),
      })
      if (answer) return `${answer.id} ${answer.activityId}`
      const reason = 'there is no such channel'
      throw new DriftgateError('CHAT_REFUSED', { channel: name, reason })
    },
    async update(reference, posting) {
      const [conversation = '', activity = ''] = reference.split(' ')
      const path = `/${encodeURIComponent(conversation)}/activities/${encodeURIComponent(activity)}`
      if ((await client.ask('PUT', path, something, activityOf(posting))) !== null) return
      throw new DriftgateError('CHAT_CARD_GONE', { channel: name, card: posting.key })
    },
    async remind(reference, said) {
      const [conversation = ''] = reference.split(' ')
      const path = `/${encodeURIComponent(conversation)}/activities`
      await client.ask('POST', path, something, {
        type: 'message',
        text: said,
        textFormat: 'plain',
      })
    },
    async linkTo(reference) {
      const [, activity = ''] = reference.split(' ')
      const place = `${encodeURIComponent(channel)}/${encodeURIComponent(activity)}`
      return `https://teams.microsoft.com/l/message/${place}?tenantId=${tenant}`
    },
    async probe() {
      await client.signIn()
      return `the app ${app}; nothing was sent`
    },
  }
}

/** Made from the secret of the app, which whoever shows cards and whoever hears of them both have. */
export const teamsButtonKey = (
  channel: string,
  { secret }: TeamsSettings,
  readSecret: ReadSecret,
  environment: string,
): ButtonKey => ({ secret: readSecret(secret, `chat.${channel}.secret`), environment, channel })
