import { patched } from '@temporalio/workflow'
import type { BackfillPlan } from '../contracts/backfill.ts'
import type { BackfillInput } from '../contracts/messages.ts'
import { logActs, scanActs } from './activities.ts'
import { showPhase } from './phase.ts'

/** Older offsets of one model's log, read into its reading in force. */
export async function backfill({ model, prefix, since }: BackfillInput): Promise<BackfillPlan> {
  showPhase(model, 'backfilling')
  const plan = await scanActs(prefix).planBackfill({ model, since })
  const { backfillLedger, joinBackfilled } = logActs(prefix)
  await Promise.all(
    plan.partitions.map(({ partition, from }) =>
      backfillLedger({ model, reading: plan.reading, partition, from }),
    ),
  )
  await scanActs(prefix).finishBackfill(plan)
  if (patched('joined')) await joinBackfilled({ model, reading: plan.reading })
  showPhase(model, 'backfilled')
  return plan
}
