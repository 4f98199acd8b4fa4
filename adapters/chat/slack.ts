import type { CardAction } from '../../contracts/card.ts'
import type { SlackSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { buttonValue } from './button-value.ts'
import type { ChatChannel, Posting, ReadSecret } from './chat-channel.ts'
import { postOnce } from './post-once.ts'
import { slackButtonKey } from './slack-answers.ts'
import { blocksOf, escapeSlack, textOf } from './slack-blocks.ts'
import { slackCall } from './slack-call.ts'

const eventType = 'driftgate_card'
/** Our clock and Slack's may differ by so much when a card is looked for that may have been posted. */
const slackMs = 60_000
const pagesLookedAt = 5

/**
 * Cards as Block Kit messages of an app, edited in place. Each carries its key as metadata, by which a card is
 * found again whose posting was never answered.
 */
export function slack(
  name: string,
  settings: SlackSettings,
  readSecret: ReadSecret,
  environment: string,
): ChatChannel {
  const { channel } = settings

  const call = slackCall(name, settings, readSecret)
  const button = settings.answers && {
    value: (action: CardAction) =>
      buttonValue(slackButtonKey(name, settings, readSecret, environment), action),
  }

  const messageOf = ({ card, key, revision, picture }: Posting) => ({
    channel,
    text: textOf(card),
    blocks: blocksOf(card, { value: button?.value, picture }),
    metadata: { event_type: eventType, event_payload: { key, revision } },
  })

  /** The message that carries the key, if posting it came through after all. */
  async function find(key: string, since: Date): Promise<string | null> {
    const oldest = ((since.getTime() - slackMs) / 1000).toFixed(6)
    let cursor: string | undefined
    for (let page = 0; page < pagesLookedAt; page++) {
      const history = await call((client) =>
        client.conversations.history({
          channel,
          oldest,
          include_all_metadata: true,
          limit: 200,
          ...(cursor ? { cursor } : {}),
        }),
      )
      const found = history.messages?.find(
        ({ metadata }) =>
          metadata?.event_type === eventType &&
          (metadata.event_payload as { key?: unknown } | undefined)?.key === key,
      )
      if (found?.ts) return found.ts
      cursor = history.response_metadata?.next_cursor
      if (!cursor) return null
    }
    const reason = 'whether the card was posted before could not be told: too much was said since'
    throw new DriftgateError('CHAT_REFUSED', { channel: name, reason })
  }

  const update: ChatChannel['update'] = async (ts, posting) => {
    await call((client) => client.chat.update({ ts, ...messageOf(posting) }), posting.key)
  }

  async function make(posting: Posting): Promise<string> {
    const message = { ...messageOf(posting), unfurl_links: false, unfurl_media: false }
    const { ts } = await call((client) => client.chat.postMessage(message), posting.key)
    if (ts) return ts
    const reason = 'the answer names no message'
    throw new DriftgateError('CHAT_UNREACHABLE', { channel: name, reason })
  }

  return {
    kind: 'slack',
    address: settings.api,
    post: postOnce({ find, make, update }),
    update,
    async remind(ts, text) {
      await call((client) =>
        client.chat.postMessage({ channel, thread_ts: ts, text: escapeSlack(text) }),
      )
    },
    /** Slack shows a private file only to those who see the message it stands in. */
    async upload({ png, alt, name: filename }) {
      const file = { file: Buffer.from(png), filename, alt_text: alt.slice(0, 1_000) }
      const { files } = await call((client) => client.filesUploadV2(file))
      const id = files[0]?.files?.[0]?.id
      if (id) return id
      const reason = 'the answer names no file'
      throw new DriftgateError('CHAT_UNREACHABLE', { channel: name, reason })
    },
    async linkTo(ts) {
      const found = await call((client) => client.chat.getPermalink({ channel, message_ts: ts }))
      return found.permalink ?? null
    },
    async probe() {
      const { team, user } = await call((client) => client.auth.test())
      return `${user ?? 'the app'} in ${team ?? 'a workspace'}`
    },
  }
}
