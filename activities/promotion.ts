import { Context } from '@temporalio/activity'
import { adoptReference } from './adopt-reference.ts'
import { confirmServing, type ServingWanted } from './confirm-serving.ts'
import type { DrillId } from './drill-of.ts'
import { type PromoteDeps, type PromoteInput, promote, targetGeneration } from './promote.ts'
import { type Rehearsed, rehearseRollout } from './rehearse-rollout.ts'

/** The steps that move traffic, on the queue `release`. Every step may be repeated at any time. */
export const promotionActivities = (deps: PromoteDeps) => ({
  targetGeneration: (input: { model: string }): Promise<{ generation: string; version: string }> =>
    targetGeneration(deps, input),

  promote: (input: PromoteInput): Promise<{ generation: string }> => promote(deps, input),

  confirmServing: (input: ServingWanted): Promise<void> =>
    confirmServing(deps, input, { signal: Context.current().cancellationSignal }),

  adoptReference: (input: { runKey: string; version?: string }): Promise<void> =>
    adoptReference(deps, input),

  rehearseRollout: (input: DrillId): Promise<Rehearsed> => rehearseRollout(deps, input),
})
