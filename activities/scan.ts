import { belowBefore, belowOf } from '../adapters/postgres/verdicts.ts'
import type { AbsorbInput } from '../contracts/absorb.ts'
import type { BackfillPlan } from '../contracts/backfill.ts'
import type { RepairResult } from '../contracts/dead-letters.ts'
import type { ErasedResult } from '../contracts/erasure.ts'
import type { EstimatesInput } from '../contracts/estimate.ts'
import type { LabelPlan, LabelsResult } from '../contracts/label-reading.ts'
import type { VerdictMessage } from '../contracts/messages.ts'
import type { PerformanceMessage } from '../contracts/performance-finding.ts'
import type { Proposal } from '../contracts/proposal.ts'
import type { RecomputeRange, RecomputeResult } from '../contracts/recompute.ts'
import type { Advanced, RepairPlan, ScanPlan } from '../contracts/scan.ts'
import type { HousekeepingResult } from '../contracts/storage.ts'
import { messageOf } from '../judging/verdict-message.ts'
import { type AdvanceLabelsInput, advanceLabels } from './advance-labels.ts'
import { type AdvanceInput, advanceLedger } from './advance-ledger.ts'
import { finishBackfill, joinBackfilled, planBackfill } from './backfill.ts'
import { type BackfillInput, backfillLedger } from './backfill-ledger.ts'
import { countLabels } from './count-labels.ts'
import { estimatePerformance } from './estimate-performance.ts'
import { type FinishErasure, finishErasure } from './finish-erasure.ts'
import { keepHouse } from './housekeeping.ts'
import { type JoinInput, joinReading } from './join-halves.ts'
import { judgeWindow } from './judge-window.ts'
import { lookAgain } from './look-again.ts'
import { measurePerformance } from './measure-performance.ts'
import { planLabels } from './plan-labels.ts'
import { proposeReference } from './propose-reference.ts'
import { recomputeVerdicts } from './recompute.ts'
import { planRepair, repairPlanned } from './repair.ts'
import type { ScanDeps } from './scan-deps.ts'
import { planScan } from './scan-plan.ts'
import { withHeartbeat } from './with-heartbeat.ts'

/** The steps of one scan, on the queue `scan`. Every step may be repeated at any time. */
export const scanActivities = (deps: ScanDeps) => ({
  planScan: (input: { model: string; scheduledAt: string }): Promise<ScanPlan> =>
    withHeartbeat(() => planScan(deps, input)),

  /** Heartbeats `{ next }`, for people to see; where to go on is read from the ledger, never from there. */
  advanceLedger: (input: AdvanceInput): Promise<Advanced> =>
    withHeartbeat((signal, onNext) => advanceLedger(deps, input, { signal, onSlice: onNext })),

  /** Heartbeats the last join that was done. */
  joinHalves: (input: JoinInput): Promise<void> =>
    withHeartbeat((signal, onNext) => joinReading(deps, input, { signal, onJoin: onNext })),

  judgeWindow: (plan: ScanPlan): Promise<VerdictMessage> =>
    withHeartbeat(async () => {
      const message = messageOf(await judgeWindow(deps, plan))
      await lookAtLate(deps, plan)
      return message
    }),

  planBackfill: (input: { model: string; since: string }): Promise<BackfillPlan> =>
    withHeartbeat(() => planBackfill(deps, input)),

  /** Where to go on is read from the ledger. */
  backfillLedger: (input: BackfillInput): Promise<void> =>
    withHeartbeat((signal, onNext) => backfillLedger(deps, input, { signal, onSlice: onNext })),

  finishBackfill: (plan: BackfillPlan): Promise<void> =>
    withHeartbeat(() => finishBackfill(deps, plan)),

  /** Heartbeats the last join that was done. */
  joinBackfilled: (input: { model: string; reading: string }): Promise<number> =>
    withHeartbeat((signal, onNext) => joinBackfilled(deps, input, { signal, onJoin: onNext })),

  /** Where to go on is seen by what is left to do. */
  keepHouse: (): Promise<HousekeepingResult> =>
    withHeartbeat((signal, onNext) =>
      keepHouse({ ...deps, clock: Date.now }, { signal, onStep: (slot) => onNext(BigInt(slot)) }),
    ),

  proposeReference: (input: AbsorbInput): Promise<Proposal> =>
    withHeartbeat(() => proposeReference(deps, input)),

  planRepair: (input: { model: string }): Promise<RepairPlan> =>
    withHeartbeat(() => planRepair(deps, input)),

  /** Where to go on is read from the dead letters that are left. */
  repairLedger: (plan: RepairPlan): Promise<RepairResult> =>
    withHeartbeat((signal, onNext) => repairPlanned(deps, plan, { signal, onSlice: onNext })),

  /** Where to go on is seen by what is left to do. */
  finishErasure: (input: FinishErasure): Promise<ErasedResult> =>
    withHeartbeat((signal, onNext) =>
      finishErasure(deps, input, { signal, onStep: (steps) => onNext(BigInt(steps)) }),
    ),

  recomputeVerdicts: (input: RecomputeRange & { model: string }): Promise<RecomputeResult> =>
    withHeartbeat((signal) => recomputeVerdicts(deps, input, { signal })),

  planLabels: (input: Pick<LabelPlan, 'model' | 'at' | 'window'>): Promise<LabelPlan | null> =>
    withHeartbeat((signal, onNext) => planLabels(deps, input, { signal, onSlice: onNext })),

  advanceLabels: (input: AdvanceLabelsInput): Promise<Advanced> =>
    withHeartbeat((signal, onNext) => advanceLabels(deps, input, { signal, onSlice: onNext })),

  /** Heartbeats how many windows were measured. */
  measurePerformance: (plan: LabelPlan): Promise<LabelsResult> =>
    withHeartbeat((signal, onNext) =>
      measurePerformance(deps, plan, { signal, onWindow: (windows) => onNext(BigInt(windows)) }),
    ),

  /** Heartbeats how many windows were estimated. Answers what the steward is to be told. */
  estimatePerformance: (
    input: Pick<EstimatesInput, 'model' | 'window'>,
  ): Promise<PerformanceMessage[]> =>
    withHeartbeat((signal, onNext) =>
      estimatePerformance(deps, input, {
        ...{ signal, onWindow: (windows: number) => onNext(BigInt(windows)) },
      }),
    ),

  countLabels: (input: {
    model: string
    from: string
  }): Promise<{ labels: number; upTo: string | null }> =>
    withHeartbeat((signal, onNext) => countLabels(deps, input, { signal, onProgress: onNext })),
})

/** Windows before this one, into which it brought late rows. */
export const lookAtLate = async (deps: ScanDeps, plan: ScanPlan): Promise<number> =>
  lookAgain(deps, {
    ...{ model: plan.model, reading: plan.reading },
    since: await belowBefore(deps.db, plan),
    upTo: belowOf(plan),
    before: new Date(plan.window.start),
  })
