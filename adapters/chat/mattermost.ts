import { z } from 'zod'
import { type Card, type CardAction, footOfCard, partsOfCard } from '../../contracts/card.ts'
import type { MattermostSettings } from '../../contracts/chat-settings.ts'
import { verbLooks } from '../../contracts/chat-verbs.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { buttonValue } from './button-value.ts'
import type { ChatChannel, Posting, ReadSecret } from './chat-channel.ts'
import { mattermostButtonKey } from './mattermost-answers.ts'
import { anything, mattermostClient, plain } from './mattermost-client.ts'
import { postOnce } from './post-once.ts'

const post = z.object({ id: z.string() })
const posts = z.object({
  posts: z.record(z.string(), z.object({ id: z.string(), props: z.record(z.string(), anything) })),
})
const most = { headline: 500, part: 3_000 } as const
/** Our clock and the server's may differ by so much when a card is looked for that may have been posted. */
const clocksMs = 60_000

/** Cards as posts of a bot with one attachment, edited in place. Each carries its key in its props, by which it is found again. */
export function mattermost(
  name: string,
  settings: MattermostSettings,
  readSecret: ReadSecret,
  environment: string,
): ChatChannel {
  const { channel, answers } = settings
  const { ask } = mattermostClient(name, settings, readSecret)

  const button = (action: CardAction) => ({
    id: action.verb,
    type: 'button',
    name: verbLooks[action.verb].button,
    ...(verbLooks[action.verb].style && { style: verbLooks[action.verb].style }),
    integration: {
      url: `${answers?.url.replace(/\/$/, '')}/chat/mattermost/${name}`,
      context: {
        verb: action.verb,
        value: buttonValue(mattermostButtonKey(name, settings, readSecret, environment), action),
        ...(action.confirm && { confirm: action.confirm }),
      },
    },
  })

  const contentOf = ({ card, key, revision }: Posting) => ({
    message: `**${plain(card.headline, most.headline)}**`,
    props: {
      driftgate: { key, revision },
      attachments: [
        {
          fallback: card.headline.slice(0, most.headline),
          text: textOf(card),
          footer: footOfCard(card).slice(0, most.headline),
          ...(answers && { actions: card.actions.map(button) }),
        },
      ],
    },
  })

  async function find(key: string, since: Date): Promise<string | null> {
    const path = `channels/${channel}/posts?since=${since.getTime() - clocksMs}`
    const found = await ask('GET', path, posts)
    const all = Object.values(found?.posts ?? {})
    return (
      all.find(({ props }) => (props['driftgate'] as { key?: unknown } | undefined)?.key === key)
        ?.id ?? null
    )
  }

  const update: ChatChannel['update'] = async (id, posting) => {
    const edited = await ask('PUT', `posts/${id}/patch`, post, contentOf(posting))
    if (edited === null) {
      throw new DriftgateError('CHAT_CARD_GONE', { channel: name, card: posting.key })
    }
  }

  async function make(posting: Posting): Promise<string> {
    const made = await ask('POST', 'posts', post, { channel_id: channel, ...contentOf(posting) })
    if (made) return made.id
    const reason = 'there is no such channel'
    throw new DriftgateError('CHAT_REFUSED', { channel: name, reason })
  }

  return {
    kind: 'mattermost',
    address: settings.url,
    post: postOnce({ find, make, update }),
    update,
    async remind(id, text) {
      const message = plain(text, most.part)
      await ask('POST', 'posts', post, { channel_id: channel, root_id: id, message })
    },
    linkTo: async (id) => `${settings.url.replace(/\/$/, '')}/_redirect/pl/${id}`,
    async probe() {
      const me = await ask('GET', 'users/me', z.object({ username: z.string() }))
      return me?.username ?? 'the server'
    },
  }
}

const textOf = (card: Card): string =>
  [
    ...partsOfCard(card).map(({ title, sentences }) =>
      [
        ...(title ? [`**${title}**`] : []),
        ...sentences.map((sentence) => plain(sentence, most.part)),
      ]
        .join('\n')
        .slice(0, most.part),
    ),
    card.anew ? `[Open the new request](${card.anew})` : `[Open its page](${card.link})`,
  ].join('\n\n')
