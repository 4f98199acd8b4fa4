import type { RepairResult } from '../contracts/dead-letters.ts'
import type { RepairInput } from '../contracts/messages.ts'
import { logActs, scanActs } from './activities.ts'
import { showPhase } from './phase.ts'

/** The dead letters of one model, fetched again: what can be read now is counted, by repairs of the slices. */
export async function repair({ model, prefix }: RepairInput): Promise<RepairResult> {
  showPhase(model, 'repairing')
  const plan = await scanActs(prefix).planRepair({ model })
  const result = await logActs(prefix).repairLedger(plan)
  showPhase(model, 'repaired')
  return result
}
