import { workflowInfo } from '@temporalio/workflow'
import { messageNames, type ScanInput, type VerdictMessage } from '../contracts/messages.ts'
import { logActs, scanActs, stewardActs } from './activities.ts'
import { showPhase } from './phase.ts'
import { startEstimates, startLabels } from './start-once.ts'

/** One window of one model: read the log exactly up to the cut, join its halves where it holds such, judge, tell the steward. */
export async function scan(input: ScanInput): Promise<VerdictMessage> {
  const { model, prefix } = input
  showPhase(model, 'reading')
  const plan = await scanActs(prefix).planScan({ model, scheduledAt: scheduledAt(input) })

  const { advanceLedger, joinHalves } = logActs(prefix)
  await Promise.all(
    plan.partitions.map(({ partition, cut }) =>
      advanceLedger({
        ...{ model, reading: plan.reading, partition, to: cut },
        ...(plan.beside && { beside: plan.beside.reading }),
      }),
    ),
  )
  const { reading, joins } = plan
  if (joins !== undefined) await joinHalves({ model, reading, to: joins })

  showPhase(model, 'judging')
  const message = await scanActs(prefix).judgeWindow(plan)
  showPhase(model, 'judged', message.verdict)
  const signal = messageNames.verdictReached
  await stewardActs(prefix).tellSteward({ prefix, model, signal, message })
  // On its own: labels that cannot be read keep no scan waiting.
  const window = plan.window.start
  if (plan.labels) await startLabels({ model, prefix, window, at: scheduledAt(input) })
  if (plan.estimates) await startEstimates({ model, prefix, window })
  return message
}

/** The nominal time, never the clock: late, repeated and back-filled runs judge the same window. */
function scheduledAt(input: ScanInput): string {
  if (input.scheduledAt !== undefined) return input.scheduledAt
  const { searchAttributes, startTime } = workflowInfo()
  const nominal = searchAttributes['TemporalScheduledStartTime']?.[0]
  return (nominal instanceof Date ? nominal : startTime).toISOString()
}
