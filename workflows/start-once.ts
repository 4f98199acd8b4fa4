import { startChild } from '@temporalio/workflow'
import type { EstimatesInput } from '../contracts/estimate.ts'
import type { LabelsInput } from '../contracts/label-reading.ts'
import {
  type ReleaseInput,
  type RetrainInput,
  type ReviewInput,
  taskQueues,
  workflowId,
  workflowNames,
} from '../contracts/messages.ts'

/** The start is awaited, the end is not: the child tells by a Signal, and outlives this run. */
export async function startOnce(
  type: string,
  id: string,
  input: RetrainInput | ReleaseInput | ReviewInput | LabelsInput | EstimatesInput,
): Promise<void> {
  try {
    await startChild(type, {
      workflowId: id,
      taskQueue: `${input.prefix}${taskQueues.orchestration}`,
      parentClosePolicy: 'ABANDON',
      args: [input],
    })
  } catch (error) {
    if ((error as Error).name !== 'WorkflowExecutionAlreadyStartedError') throw error
  }
}

/** Where the one before has not ended, the next scan asks again. */
export const startLabels = (input: LabelsInput): Promise<void> =>
  startOnce(workflowNames.labels, workflowId.labels(input.prefix, input.model), input)

/** Where the one before has not ended, the next scan estimates what this one would have. */
export const startEstimates = (input: EstimatesInput): Promise<void> =>
  startOnce(workflowNames.estimates, workflowId.estimates(input.prefix, input.model), input)

/** Of a release whose glass was broken: it outlives the release. */
export const startReview = ({ model, prefix, release }: ReviewInput): Promise<void> =>
  startOnce(workflowNames.review, workflowId.review(prefix, release), { model, prefix, release })
