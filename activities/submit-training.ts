import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { withAdvisoryLock } from '../adapters/postgres/advisory-lock.ts'
import {
  markRefused,
  markSubmitted,
  markSubmitting,
  type Retraining,
} from '../adapters/postgres/retrainings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { dataStay } from './data-stays.ts'
import { findMarker } from './marker.ts'
import { folderOf, retrainingOf, type TrainingDeps } from './training-deps.ts'

/** A delivered request shows on the cluster within this time, ms. */
const settleMs = 5_000

type SubmitDeps = Pick<
  TrainingDeps,
  'db' | 'cluster' | 'objects' | 'clock' | 'settings' | 'startedWith' | 'onPhase'
>

/**
 * Starts the job of a run key exactly once over a cluster that can lie: it may start a job and never
 * say so. Before anything is submitted the job is looked for by its marker, by the submission id in
 * the table and, once a request may have been delivered, by its name on the cluster. Only a cluster
 * that certainly does not have it is asked (again).
 *
 * Errors: CLUSTER_UNREACHABLE and CLUSTER_SUBMISSION_UNCLEAR (retryable: call again),
 * CLUSTER_SUBMIT_REJECTED, DATA_REGION_REFUSED, RETRAINING_UNKNOWN.
 */
export async function submitTraining(
  deps: SubmitDeps,
  { runKey }: { runKey: string },
): Promise<{ submissionId: string }> {
  return withAdvisoryLock(deps.db, `retraining/${runKey}`, async (db) => {
    const row = await retrainingOf({ db }, runKey)
    if (row.submissionId !== null) return { submissionId: row.submissionId }
    const known = await lookFor(deps, row)
    if (known !== null) {
      await markSubmitted(db, runKey, known, new Date(deps.clock()))
      await deps.onPhase?.('after submission is recorded')
      return { submissionId: known }
    }
    return submitNow({ ...deps, db }, row)
  })
}

async function lookFor(deps: Omit<SubmitDeps, 'db'>, row: Retraining): Promise<string | null> {
  const marker = await findMarker(folderOf(deps, row), row.runKey)
  if (marker !== null) return 'ended-before-it-was-known'
  if (row.state !== 'submitting' || row.firstSubmittingAt === null) return null
  const since = row.firstSubmittingAt.getTime()
  const settled = (row.submittingAt?.getTime() ?? since) + settleMs
  for (;;) {
    const lookedAt = deps.clock()
    const found = await deps.cluster.find(row.runKey, since)
    if (found.found === 'job') return found.submissionId
    if (lookedAt >= settled) {
      if (found.found === 'absent') return null
      const { reason } = found
      throw new DriftgateError('CLUSTER_SUBMISSION_UNCLEAR', { runKey: row.runKey, reason })
    }
    await sleep(500)
  }
}

async function submitNow(
  deps: Omit<SubmitDeps, 'db'> & { db: PoolClient },
  row: Retraining,
): Promise<{ submissionId: string }> {
  const { runKey } = row
  const specPath = `${folderOf(deps, row)}/spec.json`
  await dataStay(deps, row.model)
  await markSubmitting(deps.db, runKey, new Date(deps.clock()))
  await deps.onPhase?.('before submission')
  try {
    const answer = await deps.cluster.submit({ runKey, specPath })
    await deps.onPhase?.('after submission')
    await markSubmitted(deps.db, runKey, answer.submissionId, new Date(deps.clock()))
    await deps.onPhase?.('after submission is recorded')
    return answer
  } catch (error) {
    if (error instanceof DriftgateError && error.code === 'CLUSTER_SUBMIT_REJECTED') {
      await markRefused(deps.db, runKey)
    }
    throw error
  }
}
