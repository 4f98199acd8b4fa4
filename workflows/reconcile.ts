import { isCancellation, log, patched } from '@temporalio/workflow'
import type { LostWork } from '../activities/find-lost-work.ts'
import { type ReconcileInput, workflowId } from '../contracts/messages.ts'
import type { Outside, Reconciled } from '../contracts/reconcile.ts'
import { outsideActs, repairActs, reviewActs } from './activities.ts'
import { startReview } from './start-once.ts'
import { startRelease, startRetraining } from './steward-commands.ts'

/**
 * What is outside is held against the record, on a schedule: cards in chat are repaired, what should run and does not is
 * started again, and what does not work, or was changed by another hand, is told.
 */
export async function reconcile({ prefix }: ReconcileInput): Promise<Reconciled> {
  const { repairCards, lookForTrouble } = repairActs(prefix)
  const cards = await repairCards()
  // Where Temporal's database was lost, an open review is only in the record.
  for (const open of await reviewActs(prefix).reviewsToEnd()) await startReview({ ...open, prefix })
  if (!patched('outside')) return { ...cards, told: await lookForTrouble({ prefix }) }
  const lost = await repairActs(prefix).findLostWork({ prefix })
  const restarted = await startAgain(prefix, lost)
  const { found, unseen } = await lookOutside(prefix)
  const outside = [...found, ...lost.found]
  return { ...cards, told: await lookForTrouble({ prefix, outside }), unseen, restarted }
}

/** Those that run by now refuse a second start. */
async function startAgain(prefix: string, lost: LostWork): Promise<string[]> {
  const restarted = [...lost.stewards]
  for (const input of lost.releases) {
    await startRelease(input)
    restarted.push(workflowId.release(prefix, input.release))
  }
  for (const input of lost.retrainings) {
    await startRetraining(input)
    restarted.push(workflowId.retrain(prefix, input.model, input.runKey))
  }
  return restarted
}

/** Where its worker is away, all the rest is looked at nevertheless. */
async function lookOutside(prefix: string): Promise<Outside> {
  try {
    return await outsideActs(prefix).lookOutside()
  } catch (error) {
    if (isCancellation(error)) throw error
    log.warn('rollout targets and registry were not looked at', { reason: String(error) })
    return { found: [], unseen: [] }
  }
}
