import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ChatAnswer } from '../../contracts/chat-answer.ts'
import type { MatrixSettings } from '../../contracts/chat-settings.ts'
import { type ChatVerb, verbLooks } from '../../contracts/chat-verbs.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type ChatAnswers, type Delivery, headerOf } from './chat-answers.ts'
import type { ReadSecret } from './chat-channel.ts'
import { reactionOf } from './matrix-card.ts'
import { type MatrixCard, matrixCards } from './matrix-cards.ts'
import { matrixClient } from './matrix-client.ts'
import { matrixTalk } from './matrix-talk.ts'
import { typedAnswer } from './matrix-typed.ts'

const eventSchema = z.object({
  event_id: z.string(),
  room_id: z.string(),
  sender: z.string(),
  type: z.string(),
  content: z.record(z.string(), z.unknown()),
})
type MatrixEvent = z.infer<typeof eventSchema>
const transactionSchema = z.object({ events: z.array(z.unknown()) })

const relation = z.object({
  'm.relates_to': z.object({
    rel_type: z.string().optional(),
    event_id: z.string().optional(),
    key: z.string().optional(),
    'm.in_reply_to': z.object({ event_id: z.string() }).optional(),
  }),
})

const verbOf = new Map(Object.entries(reactionOf).map(([verb, key]) => [key, verb as ChatVerb]))
const path = /^_matrix\/app\/v1\/transactions\/([^/]+)$/

/** What one event asks for; words where it is no good answer. */
type Meant =
  | { readonly verb: ChatVerb; readonly card: MatrixCard; readonly reason: string }
  | { readonly words: string }

/**
 * What people press and write in the room, brought by the homeserver in transactions. What a card asked for is read from
 * the message itself, which only the bot can have sent.
 * @see https://spec.matrix.org/v1.16/application-service-api/#pushing-events
 */
export function matrixAnswers(
  name: string,
  settings: MatrixSettings,
  readSecret: ReadSecret,
): ChatAnswers | null {
  const { pushToken, room } = settings
  if (pushToken === undefined) return null
  const client = matrixClient(name, settings, readSecret)
  const cards = matrixCards(client, room)
  const talk = matrixTalk(client)

  function verify(delivery: Delivery): void {
    const given = headerOf(delivery, 'authorization').replace(/^Bearer /, '')
    const wanted = readSecret(pushToken as NonNullable<typeof pushToken>, `chat.${name}.pushToken`)
    if (timingSafeEqual(digestOf(given), digestOf(wanted))) return
    const reason = given === '' ? 'it shows no token' : 'it shows another token'
    throw new DriftgateError('CHAT_SIGNATURE_INVALID', { channel: name, reason })
  }

  async function meant({ type, content }: MatrixEvent): Promise<Meant | null> {
    const to = relation.safeParse(content).data?.['m.relates_to']
    if (type === 'm.reaction') {
      const verb = verbOf.get((to?.key ?? '').replaceAll('\ufe0f', ''))
      if (verb === undefined || to?.event_id === undefined) return null
      const card = await cards.at(to.event_id)
      return card && takes(card, verb) ? { verb, card, reason: '' } : null
    }
    // Nobody answers by changing what was said before.
    if (type !== 'm.room.message' || to?.rel_type === 'm.replace') return null
    const typed = typedAnswer(content)
    if (typed === null) return null
    const replied = to?.['m.in_reply_to']?.event_id
    const answered = replied === undefined ? null : await cards.at(replied)
    const card = answered ?? (await cards.withCode(typed.code))
    if (card === null || !card.code.startsWith(typed.code)) {
      return { words: `Nothing was decided: no card here has the code ${typed.code}.` }
    }
    const { verb, code, reason } = typed
    if (!takes(card, verb)) {
      const verbs = Object.keys(verbLooks).filter((each) => takes(card, each as ChatVerb))
      return {
        words: `Nothing was decided: ${code} is the card of ${aOf[card.kind]}, and takes ${verbs.join(', ')}.`,
      }
    }
    if (verbLooks[verb].reason !== null && reason === '') {
      return { words: `Nothing was decided: say why, as in "${verb} ${code} reason".` }
    }
    return { verb, card, reason }
  }

  return {
    kind: 'matrix',
    redelivers: true,
    async read(delivery) {
      verify(delivery)
      const transaction = path.exec(delivery.path)?.[1]
      const events = transaction === undefined ? null : eventsOf(delivery.body)
      if (transaction === undefined || events === null) {
        const reason = 'it is no transaction of an application service'
        throw new DriftgateError('CHAT_DELIVERY_INVALID', { channel: name, reason })
      }
      const bot = await client.user()
      const answers: ChatAnswer[] = []
      const words: (() => Promise<void>)[] = []
      for (const event of events) {
        const { sender, event_id: id } = event
        if (event.room_id !== room || sender === bot) continue
        const said = await meant(event)
        if (said === null) continue
        const account = accountOf(bot, sender)
        const place = event.type === 'm.reaction' ? { event: id, reaction: 'yes' } : { event: id }
        if ('words' in said) {
          words.push(() => talk(sender, { text: said.words }, id))
          continue
        }
        const { verb, card, reason } = said
        answers.push({
          ...{ channel: name, account, verb, reason, place },
          ...{ subject: card.subject, digest: card.digest },
          deliveryId: id,
          at: new Date(delivery.atMs).toISOString(),
        })
      }
      const ids = events.map(({ event_id }) => event_id)
      return {
        // A server that starts anew counts its transactions from one.
        deliveryId: digestOf(JSON.stringify([transaction, ids])).toString('hex'),
        answers,
        acknowledgement: {},
        next: async () => {
          for (const each of words) await each()
        },
      }
    },
    async tell({ account, place }, reply) {
      await talk(account.user, reply, place['event'] ?? '')
      const counted = reply.counted ?? true
      if (!counted && place['reaction'] && place['event']) await cards.takeBack(place['event'])
    },
  }
}

/** An event that is none of ours may look as it likes. */
function eventsOf(body: Buffer): MatrixEvent[] | null {
  try {
    const { events } = transactionSchema.parse(JSON.parse(body.toString('utf8')))
    return events.flatMap((event) => eventSchema.safeParse(event).data ?? [])
  } catch {
    return null
  }
}

const takes = ({ kind }: MatrixCard, verb: ChatVerb): boolean =>
  verbLooks[verb].about.includes(kind)

const aOf: Readonly<Record<MatrixCard['kind'], string>> = {
  ...{ release: 'a request', incident: 'an incident', notice: 'a notice', drill: 'a drill' },
}

const accountOf = (bot: string, sender: string) => ({
  kind: 'matrix',
  workspace: bot.replace(/^[^:]*:/, ''),
  user: sender,
  name: sender.replace(/^@([^:]*):.*$/, '$1'),
})

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()
