import { log } from '@temporalio/workflow'
import type { CardSubject } from '../contracts/card.ts'
import { cardActs } from './activities.ts'
import { failureOf } from './failure.ts'

export interface ShownCards {
  /** Asks for the cards of a subject as the record is now, and waits for nothing. */
  show(subject: CardSubject): void
  /** Once what was asked for is shown, or given up on. */
  shown(): Promise<void>
}

/** One subject at a time; what is asked for meanwhile is one more time, since each shows the record as it is then. */
export function shownCards(prefix: string): ShownCards {
  const asked = new Map<string, CardSubject>()
  let showing: Promise<void> | null = null
  async function walk(): Promise<void> {
    for (const [name, subject] of asked) {
      asked.delete(name)
      try {
        await cardActs(prefix).showCards(subject)
      } catch (error) {
        // A chat never holds up what it shows; the next round of repairs tries again.
        const failure = failureOf(error)
        if (failure === null) throw error
        log.warn('card not shown', { ...failure })
      }
    }
    showing = null
  }
  return {
    show(subject) {
      asked.set(`${subject.kind}/${subject.id}`, subject)
      showing ??= walk()
    },
    shown: async () => {
      await showing
    },
  }
}
