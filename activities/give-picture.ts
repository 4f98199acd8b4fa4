import type pg from 'pg'
import type { ChatChannel } from '../adapters/chat/chat-channel.ts'
import { type CardRow, markPicture } from '../adapters/postgres/cards.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { cardPicture } from './card-picture.ts'

export interface GivenPicture {
  /** By which the chat knows it. */
  readonly reference: string | null
  /** The card has to be sent with it, though it says nothing new. */
  readonly fresh: boolean
  /** Why there is none. */
  readonly problem: string | null
}

const nothing: GivenPicture = { reference: null, fresh: false, problem: null }
const againMs = 10 * 60_000

/** A picture is never why a card is not shown: without one the card has its words and the link, and it is tried again later. */
export async function givePicture(
  client: pg.PoolClient,
  clock: () => number,
  channel: ChatChannel,
  { key, card, picture, pictureReference, pictureAfter }: CardRow,
): Promise<GivenPicture> {
  if (!channel.upload || card.picture === null || card.evidenceDigest === null) return nothing
  if (pictureAfter !== null && pictureAfter.getTime() > clock()) return nothing
  if (picture === card.evidenceDigest && pictureReference !== null) {
    return { reference: pictureReference, fresh: pictureAfter !== null, problem: null }
  }
  try {
    const png = await cardPicture(client, card)
    if (png === null) return nothing
    const name = `${card.subject.id.replaceAll(/[^\w-]+/g, '-')}.png`
    const reference = await channel.upload({ png, alt: card.picture.alt, name })
    await markPicture(client, key, {
      ...{ picture: card.evidenceDigest, pictureReference: reference, pictureAfter: null },
    })
    return { reference, fresh: true, problem: null }
  } catch (error) {
    if (!(error instanceof DriftgateError)) throw error
    const pictureAfter = new Date(clock() + againMs)
    await markPicture(client, key, { picture: null, pictureReference: null, pictureAfter })
    return { ...nothing, problem: `no picture: ${error.code}: ${error.message}` }
  }
}

/** The chat takes the card but not with this picture, which may not be ready there. */
export const pictureRefused = (
  client: pg.PoolClient,
  clock: () => number,
  { key, card, pictureReference }: CardRow,
  reference: string,
): Promise<void> => {
  const again = pictureReference === reference
  return markPicture(client, key, {
    picture: again ? null : card.evidenceDigest,
    pictureReference: again ? null : reference,
    pictureAfter: new Date(clock() + (again ? againMs : 60_000)),
  })
}
