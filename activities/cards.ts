import type pg from 'pg'
import type { ChatChannel } from '../adapters/chat/chat-channel.ts'
import { takeTurn } from '../adapters/postgres/advisory-lock.ts'
import {
  type CardRow,
  cardsOf,
  findCard,
  subjectsWithCardsToLookAt,
  wantCard,
} from '../adapters/postgres/cards.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { type CardSubject, isFinal } from '../contracts/card.ts'
import type { Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { GateEventKind } from '../contracts/gate-event.ts'
import type { OnGatePhase } from '../contracts/gate-phases.ts'
import type { RepairedCards } from '../contracts/reconcile.ts'
import { staleCard } from '../reports/release-card.ts'
import { cardSources } from './card-sources.ts'
import { remindOf } from './remind.ts'
import { sendCard } from './send-card.ts'

export interface CardDeps {
  readonly db: pg.Pool
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
  /** A channel by its name; null: the configuration has none of that name any more. */
  readonly openChannel: (name: string, settings: Settings) => ChatChannel | null
  readonly clock: () => number
  /** Absent: nobody wants to know. */
  readonly onPhase?: OnGatePhase
}

/** What makes the cards in chat those of the record, on the queue `orchestration`. Every step may be repeated. */
export const cardActivities = (deps: CardDeps) => ({
  /** Every card of a subject as the record is now. CHAT_... when a channel does not show it. */
  showCards: (subject: CardSubject | FormerInput): Promise<void> =>
    showCards(deps, 'release' in subject ? { kind: 'release', id: subject.release } : subject),

  /** The same, and says beside each card that is asked now what is due; once, and not for what is decided. */
  async remind({ release, kind }: { release: string; kind: GateEventKind }): Promise<void> {
    await showCards(deps, { kind: 'release', id: release })
    await remindOf(deps, release, kind)
  },

  /** Every card that may not be what it should be. One that cannot be repaired now is left to the next round. */
  async repairCards(): Promise<RepairedCards> {
    const subjects = await subjectsWithCardsToLookAt(deps.db)
    const failed: RepairedCards['failed'] = []
    for (const subject of subjects) {
      try {
        await showCards(deps, subject)
      } catch (error) {
        if (!(error instanceof DriftgateError) || !error.code.startsWith('CHAT_')) throw error
        failed.push({ ...subject, code: error.code })
      }
    }
    return { looked: subjects.length, failed }
  },
})

/** As workflows asked that began before there were cards of anything but releases. */
interface FormerInput {
  readonly release: string
}

async function showCards(deps: CardDeps, subject: CardSubject): Promise<void> {
  const settings = await deps.settings()
  await deps.onPhase?.('before card is wanted')
  const { current, former, link } = await wantCurrent(deps, settings, subject)
  const failures: unknown[] = []
  const send = (row: CardRow) =>
    sendCard(deps, deps.openChannel(row.channel, settings), row.key).catch((error) => {
      failures.push(error)
    })
  for (const row of current) await send(row)
  // The new card stands before the old one says where it is.
  for (const row of former) {
    const anew = await addressOf(deps, settings, row.channel, current).catch(() => null)
    await wantCard(deps.db, row, staleCard(row.card, anew ?? link))
  }
  const behind = (await cardsOf(deps.db, subject)).filter(({ shown, wanted }) => shown < wanted)
  const left = behind.filter(({ key }) => !current.some((row) => row.key === key))
  for (const row of left) await send(row)
  if (failures.length > 0) throw failures[0]
}

interface Wanted {
  /** Cards that show what is so now. */
  readonly current: readonly CardRow[]
  /** Cards that still ask for what is not asked any more. */
  readonly former: readonly CardRow[]
  readonly link: string
}

/** Record and card are read and written in one turn, so that an older view never comes after a newer one. */
const wantCurrent = (deps: CardDeps, settings: Settings, subject: CardSubject): Promise<Wanted> =>
  transaction(deps.db, async (client) => {
    await takeTurn(client, `cards/${subject.kind}/${subject.id}`)
    const view = await cardSources[subject.kind](client, subject.id, settings, deps.clock())
    if (view === null) return { current: [], former: [], link: '' }
    const { card, version, key, channels } = view
    const cards = await cardsOf(client, subject)
    const shows = (each: CardRow) => each.version === version
    for (const channel of channels) {
      if (cards.some((each) => shows(each) && each.channel === channel)) continue
      await wantCard(client, { key: key(channel), channel, version }, card)
    }
    for (const each of cards.filter(shows)) await wantCard(client, each, card)
    await deps.onPhase?.('in card, wanted')
    return {
      current: (await cardsOf(client, subject)).filter(shows),
      former: cards.filter((each) => !shows(each) && !isFinal(each.card.state)),
      link: card.link,
    }
  })

async function addressOf(
  deps: CardDeps,
  settings: Settings,
  channel: string,
  current: readonly CardRow[],
): Promise<string | null> {
  const key = current.find((row) => row.channel === channel)?.key
  const row = key === undefined ? null : await findCard(deps.db, key)
  if (!row?.reference) return null
  return (await deps.openChannel(channel, settings)?.linkTo(row.reference)) ?? null
}
