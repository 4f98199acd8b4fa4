import type pg from 'pg'
import type { ChatChannel } from '../adapters/chat/chat-channel.ts'
import { withAdvisoryLock } from '../adapters/postgres/advisory-lock.ts'
import {
  findCard,
  forgetReference,
  markAttempt,
  markProblem,
  markShown,
} from '../adapters/postgres/cards.ts'
import { isFinal } from '../contracts/card.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { OnGatePhase } from '../contracts/gate-phases.ts'
import { givePicture, pictureRefused } from './give-picture.ts'

export interface SendDeps {
  readonly db: pg.Pool
  readonly clock: () => number
  /** Absent: nobody wants to know. */
  readonly onPhase?: OnGatePhase
}

/**
 * Until the chat shows the card as it should be; one sender at a time, revisions in order. Without a channel
 * there is nobody to show it to, and it is left as it is.
 */
export async function sendCard(
  deps: SendDeps,
  channel: ChatChannel | null,
  key: string,
): Promise<void> {
  if (channel === null) return
  await withAdvisoryLock(deps.db, `card/${key}`, async (client) => {
    while (await sendOnce(client, deps, channel, key)) {
      // What was wanted meanwhile is sent too.
    }
  })
}

/** Whether there may be more to send. */
async function sendOnce(
  client: pg.PoolClient,
  { clock, onPhase }: SendDeps,
  channel: ChatChannel,
  key: string,
): Promise<boolean> {
  const row = await findCard(client, key)
  if (row === null) return false
  const { card, wanted: revision, reference, attemptedAt } = row
  const isBehind = row.shown < row.wanted
  // Nobody misses the picture of what is over.
  if (!isBehind && (reference === null || isFinal(card.state))) return false
  const wait = (row.notBefore?.getTime() ?? 0) - clock()
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000)
    throw new DriftgateError('CHAT_RATE_LIMITED', { channel: row.channel, seconds })
  }
  const now = new Date(clock())
  const picture = await givePicture(client, clock, channel, row)
  if (!isBehind && !picture.fresh) return false
  const withPicture = picture.reference === null ? {} : { picture: picture.reference }
  const posting = { card, key, revision, attemptedAt, ...withPicture }
  const shown = (to: string | null) =>
    markShown(client, key, {
      ...{ reference: to, revision, at: new Date(clock()), problem: picture.problem },
      isPictured: picture.reference !== null,
    })
  // Nobody misses a card that asks nothing any more and that nobody saw.
  const unseen = reference === null && attemptedAt === null && isFinal(card.state)
  // Where nothing can be changed people are told the beginning and the end.
  const between = channel.edits === false && reference !== null && !isFinal(card.state)
  try {
    if (unseen) await shown(null)
    else if (between) await shown(reference)
    else if (reference === null) {
      await markAttempt(client, key, now)
      await onPhase?.('before card is posted')
      const posted = await channel.post(posting)
      await onPhase?.('after card is posted')
      await shown(posted)
    } else {
      await onPhase?.('before card is updated')
      await channel.update(reference, posting)
      await onPhase?.('after card is updated')
      await shown(reference)
    }
    return true
  } catch (error) {
    if (!(error instanceof DriftgateError)) throw error
    if (error.code === 'CHAT_CARD_GONE' && reference !== null) {
      await forgetReference(client, key)
      return true
    }
    if (error.code === 'CHAT_REFUSED' && picture.reference !== null) {
      await pictureRefused(client, clock, row, picture.reference)
      return true
    }
    const seconds = Number(error.details['seconds'])
    const unknown = error.code === 'CHAT_UNREACHABLE' && reference === null
    await markProblem(client, key, {
      problem: `${error.code}: ${error.message}`,
      notBefore: seconds > 0 ? new Date(clock() + seconds * 1000) : null,
      attemptedAt: attemptedAt ?? (unknown ? now : null),
    })
    throw error
  }
}
