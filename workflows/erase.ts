import type { ErasedResult } from '../contracts/erasure.ts'
import type { EraseInput } from '../contracts/messages.ts'
import { logActs } from './activities.ts'
import { showPhase } from './phase.ts'

/** What is still kept of a prediction goes, until nothing is. */
export async function erase({ model, prefix, erasure }: EraseInput): Promise<ErasedResult> {
  showPhase(model, 'erasing')
  const result = await logActs(prefix).finishErasure({ model, erasure })
  showPhase(model, 'erased')
  return result
}
