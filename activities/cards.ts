import type pg from 'pg'
import type { ChatChannel } from '../adapters/chat/chat-channel.ts'
import { takeTurn } from '../adapters/postgres/advisory-lock.ts'
import {
  type CardRow,
  cardsOf,
  findCard,
  releasesWithCardsToLookAt,
  wantCard,
} from '../adapters/postgres/cards.ts'
import { findIncident } from '../adapters/postgres/incidents.ts'
import { transaction } from '../adapters/postgres/pool.ts'
import { findRelease, hasEnded, releaseView } from '../adapters/postgres/releases.ts'
import { isFinal } from '../contracts/card.ts'
import type { Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { RepairedCards } from '../contracts/messages.ts'
import { releaseCard, staleCard } from '../reports/release-card.ts'
import { sendCard } from './send-card.ts'

export interface CardDeps {
  readonly db: pg.Pool
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
  /** A channel by its name; null: the configuration has none of that name any more. */
  readonly openChannel: (name: string, settings: Settings) => ChatChannel | null
  readonly clock: () => number
}

/** What makes the cards in chat those of the record, on the queue `orchestration`. Every step may be repeated. */
export const cardActivities = (deps: CardDeps) => ({
  /** Every card of a release as the record is now. CHAT_... when a channel does not show it. */
  showCards: ({ release }: { release: string }): Promise<void> => showCards(deps, release),

  /** Every card that may not be what it should be. One that cannot be repaired now is left to the next round. */
  async repairCards(): Promise<RepairedCards> {
    const releases = await releasesWithCardsToLookAt(deps.db)
    const failed: { release: string; code: string }[] = []
    for (const release of releases) {
      try {
        await showCards(deps, release)
      } catch (error) {
        if (!(error instanceof DriftgateError) || !error.code.startsWith('CHAT_')) throw error
        failed.push({ release, code: error.code })
      }
    }
    return { looked: releases.length, failed }
  },
})

async function showCards(deps: CardDeps, release: string): Promise<void> {
  const settings = await deps.settings()
  const { current, former, page } = await wantCurrent(deps, settings, release)
  const failures: unknown[] = []
  const send = (row: CardRow) =>
    sendCard(deps, deps.openChannel(row.channel, settings), row.key).catch((error) => {
      failures.push(error)
    })
  for (const row of current) await send(row)
  // The new card stands before the old one says where it is.
  for (const row of former) {
    const anew = await addressOf(deps, settings, row.channel, current).catch(() => null)
    await wantCard(deps.db, row, staleCard(row.card, anew ?? page))
  }
  const behind = (await cardsOf(deps.db, release)).filter(({ shown, wanted }) => shown < wanted)
  const left = behind.filter(({ key }) => !current.some((row) => row.key === key))
  for (const row of left) await send(row)
  if (failures.length > 0) throw failures[0]
}

interface Wanted {
  /** Cards that show what is asked now. */
  readonly current: readonly CardRow[]
  /** Cards that still ask for what is not asked any more. */
  readonly former: readonly CardRow[]
  readonly page: string
}

/** Record and card are read and written in one turn, so that an older view never comes after a newer one. */
const wantCurrent = (deps: CardDeps, settings: Settings, release: string): Promise<Wanted> =>
  transaction(deps.db, async (client) => {
    await takeTurn(client, `cards/${release}`)
    const row = await findRelease(client, release)
    const page = new URL(`/releases/${release}`, settings.gateway.url).href
    if (row === null) return { current: [], former: [], page }
    const card = releaseCard({
      view: await releaseView(client, row),
      incident: row.incident === null ? null : await findIncident(client, row.incident),
      ending: hasEnded(row.state) ? row.reason : '',
      environment: settings.environment,
      link: page,
    })
    const cards = await cardsOf(client, release)
    const shows = (each: CardRow) => each.evidenceDigest === row.evidenceDigest
    const channel = settings.models[row.model]?.approval.channel
    const missing = !cards.some((each) => shows(each) && each.channel === channel)
    if (channel !== undefined && missing && !hasEnded(row.state)) {
      await wantCard(client, { key: keyOf(row, channel), channel }, card)
    }
    for (const each of cards.filter(shows)) await wantCard(client, each, card)
    return {
      current: (await cardsOf(client, release)).filter(shows),
      former: cards.filter((each) => !shows(each) && !isFinal(each.card.state)),
      page,
    }
  })

/** The same for the same request, whoever posts it. */
const keyOf = (row: { release: string; evidenceDigest: string }, channel: string): string =>
  `${row.release}/${row.evidenceDigest.replace(/^sha256:/, '').slice(0, 16)}/${channel}`

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
