import type { ReconcileInput, RepairedCards } from '../contracts/messages.ts'
import { repairActs } from './activities.ts'

/** What is outside is made what the record says, on a schedule: the cards in chat. */
export const reconcile = ({ prefix }: ReconcileInput): Promise<RepairedCards> =>
  repairActs(prefix).repairCards()
