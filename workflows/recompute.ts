import type { RecomputeInput } from '../contracts/messages.ts'
import type { RecomputeResult } from '../contracts/recompute.ts'
import { scanActs } from './activities.ts'
import { showPhase } from './phase.ts'

/** Verdicts of one model judged again from their evidence, as many as one step takes. */
export async function recompute({ prefix, ...asked }: RecomputeInput): Promise<RecomputeResult> {
  showPhase(asked.model, 'recomputing')
  const result = await scanActs(prefix).recomputeVerdicts(asked)
  showPhase(asked.model, 'recomputed')
  return result
}
