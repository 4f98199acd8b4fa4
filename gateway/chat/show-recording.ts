import { withAdvisoryLock } from '../../adapters/postgres/advisory-lock.ts'
import {
  type CardRow,
  cardsOf,
  disturbCard,
  findCard,
  markShown,
} from '../../adapters/postgres/cards.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { isFinal } from '../../contracts/card.ts'
import type { ChatAnswer } from '../../contracts/chat-answer.ts'
import { verbLooks } from '../../contracts/chat-verbs.ts'
import { recordingCard } from '../../reports/release-card.ts'
import type { GatewayDeps } from '../deps.ts'

type Pressed = Pick<ChatAnswer, 'channel' | 'subject' | 'digest' | 'verb'>

/**
 * The buttons go before anything is decided, and the card says whose answer is being recorded. Written in turn with whoever
 * sends the card, and marked as not what it should be: whatever comes after it is shown over it, by the workflow or the
 * next round of repairs. A chat that fails here holds nothing up.
 * @param done aborted once the answer is recorded: then there is nothing to say any more.
 */
export const showRecording = (
  deps: GatewayDeps,
  pressed: Pressed,
  { person, done }: { readonly person: string; readonly done: AbortSignal },
): Promise<void> =>
  overCard(deps, pressed, async ({ client, channel, row, reference }) => {
    if (isFinal(row.card.state) || done.aborted) return
    await disturbCard(client, row.key)
    const card = recordingCard(row.card, `${person}'s ${verbLooks[pressed.verb].doing}`)
    const posting = {
      card,
      key: row.key,
      revision: row.wanted,
      attemptedAt: null,
      ...pictured(row),
    }
    await channel.update(reference, posting)
  })

/** Shows the card as the record has it, whatever the chat shows. */
export const repairCard = (deps: GatewayDeps, pressed: Pressed): Promise<void> =>
  overCard(deps, pressed, async ({ client, channel, row, reference }) => {
    const { card, key, wanted: revision } = row
    await channel.update(reference, { card, key, revision, attemptedAt: null, ...pictured(row) })
    await markShown(client, key, { reference, revision, at: new Date(deps.clock()) })
  })

/** The picture that the chat was given of what the card shows. */
const pictured = ({ card, picture, pictureReference, pictureAfter }: CardRow) =>
  picture === card.evidenceDigest && pictureReference !== null && pictureAfter === null
    ? { picture: pictureReference }
    : {}

interface OverCard {
  readonly client: Parameters<typeof disturbCard>[0]
  readonly channel: NonNullable<ReturnType<GatewayDeps['openChannel']>>
  readonly row: NonNullable<Awaited<ReturnType<typeof findCard>>>
  readonly reference: string
}

async function overCard(
  deps: GatewayDeps,
  { channel: name, subject: id, digest }: Pressed,
  task: (over: OverCard) => Promise<void>,
): Promise<void> {
  try {
    const cards = await cardsOf(deps.db, { kind: 'release', id })
    const pressed = cards.find(
      (each) => each.channel === name && (each.card.evidenceDigest ?? '') === digest,
    )
    if (pressed === undefined) return
    const { settings } = await currentSettings(deps.db)
    const channel = deps.openChannel(name, settings)
    if (channel === null) return
    await withAdvisoryLock(deps.db, `card/${pressed.key}`, async (client) => {
      const row = await findCard(client, pressed.key)
      if (row?.reference) await task({ client, channel, row, reference: row.reference })
    })
  } catch (error) {
    deps.onChatProblem(error)
  }
}
