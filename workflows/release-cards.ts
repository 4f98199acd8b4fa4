import { log, patched } from '@temporalio/workflow'
import type { GateEventKind } from '../contracts/gate-event.ts'
import type { ReleaseInput } from '../contracts/messages.ts'
import { cardActs } from './activities.ts'
import { failureOf } from './failure.ts'
import { shownCards } from './shown-cards.ts'

export interface ReleaseCards {
  /** Asks for the cards as the record is now, and waits for nothing. */
  show(): void
  /** Asks for the same, and that people are told beside them. */
  remind(kind: GateEventKind): void
  /** Once what was asked for is shown, or given up on. */
  shown(): Promise<void>
}

export function releaseCards({
  prefix,
  release,
}: Pick<ReleaseInput, 'prefix' | 'release'>): ReleaseCards {
  // A release that was open before there were cards: its rounds of repair show it.
  if (!patched('cards')) return { show() {}, remind() {}, shown: async () => {} }
  const cards = shownCards(prefix)
  let telling: Promise<void> = Promise.resolve()
  async function tell(kind: GateEventKind): Promise<void> {
    try {
      await cardActs(prefix).remind({ release, kind })
    } catch (error) {
      // A chat never holds up a release. That nobody was told is in the record.
      const failure = failureOf(error)
      if (failure === null) throw error
      log.warn('nobody was reminded', { ...failure })
    }
  }
  return {
    show: () => cards.show({ kind: 'release', id: release }),
    remind(kind) {
      telling = telling.then(() => tell(kind))
    },
    shown: async () => {
      await cards.shown()
      await telling
    },
  }
}
