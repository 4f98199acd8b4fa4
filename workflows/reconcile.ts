import type { Reconciled, ReconcileInput } from '../contracts/messages.ts'
import { repairActs } from './activities.ts'

/** What is outside is held against the record, on a schedule: cards in chat are repaired, and what does not work is told. */
export async function reconcile({ prefix }: ReconcileInput): Promise<Reconciled> {
  const { repairCards, lookForTrouble } = repairActs(prefix)
  const cards = await repairCards()
  return { ...cards, told: await lookForTrouble({ prefix }) }
}
