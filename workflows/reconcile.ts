import type { Reconciled, ReconcileInput } from '../contracts/messages.ts'
import { repairActs, reviewActs } from './activities.ts'
import { startReview } from './start-once.ts'

/** What is outside is held against the record, on a schedule: cards in chat are repaired, and what does not work is told. */
export async function reconcile({ prefix }: ReconcileInput): Promise<Reconciled> {
  const { repairCards, lookForTrouble } = repairActs(prefix)
  const cards = await repairCards()
  // Where Temporal's database was lost, an open review is only in the record.
  for (const open of await reviewActs(prefix).reviewsToEnd()) await startReview({ ...open, prefix })
  return { ...cards, told: await lookForTrouble({ prefix }) }
}
