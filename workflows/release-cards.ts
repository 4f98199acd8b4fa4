import { log, patched } from '@temporalio/workflow'
import type { ReleaseInput } from '../contracts/messages.ts'
import { cardActs } from './activities.ts'
import { failureOf } from './failure.ts'

export interface ReleaseCards {
  /** Asks for the cards as the record is now, and waits for nothing. */
  show(): void
  /** Once what was asked for is shown, or given up on. */
  shown(): Promise<void>
}

/** One card at a time; what is asked for meanwhile is one more time, since each shows the record as it is then. */
export function releaseCards({ prefix, release }: ReleaseInput): ReleaseCards {
  // A release that was open before there were cards: its rounds of repair show it.
  if (!patched('cards')) return { show() {}, shown: async () => {} }
  let asked = false
  let showing: Promise<void> | null = null
  async function walk(): Promise<void> {
    while (asked) {
      asked = false
      try {
        await cardActs(prefix).showCards({ release })
      } catch (error) {
        // A chat never holds up a release; the next round of repairs tries again.
        const failure = failureOf(error)
        if (failure === null) throw error
        log.warn('card not shown', { ...failure })
      }
    }
    showing = null
  }
  return {
    show() {
      asked = true
      showing ??= walk()
    },
    shown: async () => {
      await showing
    },
  }
}
