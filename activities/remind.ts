import { withAdvisoryLock } from '../adapters/postgres/advisory-lock.ts'
import { cardsOf } from '../adapters/postgres/cards.ts'
import { listGateEvents, markTold } from '../adapters/postgres/gate-events.ts'
import { findRelease, releaseView } from '../adapters/postgres/releases.ts'
import type { GateEventKind } from '../contracts/gate-event.ts'
import { asAnswered } from '../reports/as-answered.ts'
import { reminderText } from '../reports/reminder.ts'
import type { CardDeps } from './cards.ts'

/**
 * Says in every chat that shows the request what is due, where the product has a place for it. Done when all were told:
 * a failure throws, and is tried again for all of them.
 */
export async function remindOf(
  deps: CardDeps,
  release: string,
  kind: GateEventKind,
): Promise<void> {
  await withAdvisoryLock(deps.db, `remind/${release}`, async (client) => {
    const row = await findRelease(client, release)
    const event = (await listGateEvents(client, release)).find((each) => each.kind === kind)
    if (row === null || event === undefined || event.toldAt !== null) return
    const view = asAnswered(await releaseView(client, row))
    const settings = await deps.settings()
    // A review is asked for when the release is over.
    const asks =
      kind === 'review-overdue' ? view.review?.state === 'open' : view.state === 'waiting'
    const cards = asks ? await cardsOf(client, { kind: 'release', id: release }) : []
    await deps.onPhase?.('before people are told')
    for (const { channel, reference, version } of cards) {
      if (reference === null || version !== row.evidenceDigest) continue
      await deps.openChannel(channel, settings)?.remind?.(reference, reminderText(view, kind))
    }
    await deps.onPhase?.('after people are told')
    await markTold(client, { release, kind }, new Date(deps.clock()))
  })
}
