import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow'
import type { Comparison } from '../contracts/comparison.ts'
import { messageNames, type RetrainInput, type RetrainResult } from '../contracts/messages.ts'
import { stewardActs, trainingActs } from './activities.ts'
import { failureOf } from './failure.ts'
import { followJob } from './follow-job.ts'
import { showPhase } from './phase.ts'

type Ending = Pick<RetrainResult, 'outcome' | 'reason' | 'compared'> & {
  readonly candidateVersion?: string
}

/** One retraining: submit once, follow, register, compare; the steward hears how it ended. */
export async function retrain(input: RetrainInput): Promise<RetrainResult> {
  const { model, prefix, runKey } = input
  const ending = await run(input).catch(endingOf)
  const result = { runKey, candidateVersion: null, ...ending }
  await CancellationScope.nonCancellable(async () => {
    showPhase(model, ending.outcome)
    await stewardActs(prefix).tellSteward({
      prefix,
      model,
      signal: messageNames.childEnded,
      message: {
        child: 'retrain',
        eventId: `retrain/${model}/${runKey}/${workflowInfo().runId}`,
        result,
      },
    })
  })
  return result
}

async function run(input: RetrainInput): Promise<Ending> {
  const { model, prefix } = input
  const training = trainingActs(prefix)
  showPhase(model, 'preparing')
  const { runKey } = await training.prepareTraining(input)
  showPhase(model, 'training')
  await training.submitTraining({ runKey })
  const { state, reason } = await followJob(prefix, runKey)
  if (state !== 'succeeded') return { outcome: state, reason }

  showPhase(model, 'comparing')
  const { version } = await training.registerCandidate({ runKey })
  const comparison = await training.compareCandidate({ runKey })
  const outcome = goesOn(comparison) ? 'candidate' : 'not-better'
  const compared = resultOf(comparison)
  return {
    ...{ outcome, reason: comparison.reason, candidateVersion: comparison.version ?? version },
    ...(compared && { compared }),
  }
}

/** An older worker told no result. */
const resultOf = (said: { readonly comparison?: Pick<Comparison, 'result'> }) =>
  said.comparison?.result

/** What is undecided goes to the gate too, which then asks people. An older worker only said whether it is better. */
const goesOn = (said: { readonly passes?: 'yes' | 'person' | 'no'; readonly better?: boolean }) =>
  said.passes === undefined ? said.better === true : said.passes !== 'no'

/** A lost job is never called failed. */
function endingOf(error: unknown): Ending {
  if (isCancellation(error)) return { outcome: 'failed', reason: 'it was cancelled' }
  const failure = failureOf(error)
  if (failure === null) throw error
  return {
    outcome: failure.code === 'CLUSTER_JOB_LOST' ? 'lost' : 'failed',
    reason: failure.sentence,
  }
}
