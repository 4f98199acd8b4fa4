import { patched } from '@temporalio/workflow'
import type { ReleaseInput } from '../contracts/messages.ts'
import { shownCards } from './shown-cards.ts'

export interface ReleaseCards {
  /** Asks for the cards as the record is now, and waits for nothing. */
  show(): void
  /** Once what was asked for is shown, or given up on. */
  shown(): Promise<void>
}

export function releaseCards({ prefix, release }: ReleaseInput): ReleaseCards {
  // A release that was open before there were cards: its rounds of repair show it.
  if (!patched('cards')) return { show() {}, shown: async () => {} }
  const cards = shownCards(prefix)
  return { show: () => cards.show({ kind: 'release', id: release }), shown: cards.shown }
}
