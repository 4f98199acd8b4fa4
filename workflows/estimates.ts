import type { EstimatesInput, EstimatesResult } from '../contracts/estimate.ts'
import { messageNames } from '../contracts/messages.ts'
import { logActs, stewardActs } from './activities.ts'
import { showPhase } from './phase.ts'

/** How well a model does is estimated before its labels come, and the steward is told what that says. */
export async function estimates({
  model,
  prefix,
  window,
}: EstimatesInput): Promise<EstimatesResult> {
  showPhase(model, 'estimating')
  const judged = await logActs(prefix).estimatePerformance({ model, window })
  const signal = messageNames.performanceJudged
  const { tellSteward } = stewardActs(prefix)
  for (const message of judged) await tellSteward({ prefix, model, signal, message })
  showPhase(model, 'estimated')
  return { told: judged.length }
}
