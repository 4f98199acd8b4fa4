import type { JobStatus } from '../adapters/cluster/training-cluster.ts'
import { markEnded, markStarted, type Retraining } from '../adapters/postgres/retrainings.ts'
import { formatDuration } from '../contracts/duration.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { TrainingProgress } from '../contracts/training-progress.ts'
import { complaintIn, JobOutput, lastLines, type Printed } from './job-output.ts'
import { findMarker } from './marker.ts'
import { folderOf, modelOf, retrainingOf, type TrainingDeps } from './training-deps.ts'

export interface TrainingEnd {
  readonly state: 'succeeded' | 'failed' | 'lost'
  readonly reason: string
}

/** What one look leaves for the next, which another worker may make: plain JSON. */
export interface Seen {
  readonly printed: Printed
  /** Since when the cluster says nothing of the job, Unix time in ms. */
  readonly silentSince: number | null
  readonly marked: boolean
}

/** It has ended, or there is to be another look after so long. */
export type Look =
  | { readonly end: TrainingEnd }
  | {
      readonly end: null
      readonly progress: TrainingProgress
      readonly seen: Seen
      readonly againMs: number
    }

/** A job that the cluster forgot may still write its marker for this long. */
const forgottenMs = 60_000
/** Between two looks: of a young job short, of a long one a sixtieth of what it has taken. */
const [soonMs, lateMs] = [2_000, 15_000]

export type LookDeps = Pick<
  TrainingDeps,
  'db' | 'cluster' | 'objects' | 'clock' | 'settings' | 'pollMs' | 'onPhase'
>

/**
 * One look at the job of a run key; its end is recorded. Only a marker with the right run key is success; a job of
 * which nobody knows the end is lost, never failed. A job that waits longer than `cluster.queueTimeout` or runs
 * longer than `retraining.timeout` is killed, and the kill confirmed. Nothing is held between two looks.
 *
 * Errors: RETRAINING_UNKNOWN, CLUSTER_UNREACHABLE (retryable) where a kill is not confirmed.
 */
export async function lookAtTraining(
  deps: LookDeps,
  { runKey }: { runKey: string },
  seen: Seen | null,
): Promise<Look> {
  const row = await retrainingOf(deps, runKey)
  const ended = pastEnd(row)
  if (ended !== null) return { end: ended }
  const { submissionId } = row
  if (submissionId === null) throw new DriftgateError('RETRAINING_UNKNOWN', { runKey })
  const folder = folderOf(deps, row)
  const output = new JobOutput(deps.cluster, {
    ...{ submissionId, folder, printed: seen?.printed ?? null },
  })
  const status = await ask(() => deps.cluster.status(submissionId))
  const now = deps.clock()
  const marked = await findMarker(folder, runKey)
  if (marked !== null && !seen?.marked) await deps.onPhase?.('marker is there')
  const known = status.state !== 'unknown' && status.state !== 'forgotten'
  const silentSince = known ? null : (seen?.silentSince ?? now)
  const startedAt = await startOf(deps, row, status, now)
  await output.read()
  const times = { now, startedAt, silentSince, submittedAt: submittedAtOf(row) }
  const end =
    (await endOf(status, marked !== null, output)) ??
    (await overdue(deps, { ...row, submissionId }, status, times))
  if (end === null) {
    const elapsedMs = now - times.submittedAt
    const progress = {
      ...{ stage: stageOf(status), ...output.progress },
      elapsedSeconds: Math.round(elapsedMs / 1_000),
    }
    const againMs = deps.pollMs ?? Math.min(lateMs, Math.max(soonMs, elapsedMs / 60))
    const left = { printed: output.printed, silentSince, marked: marked !== null }
    return { end, progress, seen: left, againMs }
  }
  await deps.onPhase?.('before end')
  await markEnded(deps.db, runKey, {
    ...end,
    at: new Date(deps.clock()),
    cost: marked?.marker.cost ?? null,
    lastLines: end.state === 'succeeded' ? [] : lastLines(await output.tail()),
  })
  await deps.onPhase?.('after end')
  return { end }
}

const pastEnd = (row: Retraining): TrainingEnd | null =>
  row.state === 'succeeded' || row.state === 'failed'
    ? { state: row.state, reason: row.result ?? '' }
    : null

const submittedAtOf = (row: Retraining): number =>
  row.submittedAt?.getTime() ?? row.preparedAt.getTime()

/** When the job was first seen to run, Unix time in ms; null: not yet. */
async function startOf(
  { db, onPhase }: LookDeps,
  { runKey, startedAt }: Retraining,
  { state }: JobStatus,
  now: number,
): Promise<number | null> {
  if (startedAt !== null || state !== 'running') return startedAt?.getTime() ?? null
  await markStarted(db, runKey, new Date(now))
  await onPhase?.('job runs')
  return now
}

/** A cluster that does not answer says nothing about the job. */
async function ask(status: () => Promise<JobStatus>): Promise<JobStatus> {
  try {
    return await status()
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.code !== 'CLUSTER_UNREACHABLE') throw error
    return { state: 'unknown', reason: error.message }
  }
}

/** Null: not ended yet. The marker is written last, so it outweighs what the process did after it. */
async function endOf(
  status: JobStatus,
  marked: boolean,
  output: JobOutput,
): Promise<TrainingEnd | null> {
  const over = status.state !== 'queued' && status.state !== 'running' && status.state !== 'unknown'
  if (marked && over) return { state: 'succeeded', reason: 'the marker is complete' }
  const complaint = async () => complaintIn(await output.tail())
  switch (status.state) {
    case 'finished':
      return { state: 'failed', reason: (await complaint()) ?? 'the job ended without a marker' }
    case 'failed':
      return { state: 'failed', reason: (await complaint()) ?? status.reason }
    case 'killed':
      return { state: 'failed', reason: 'somebody killed the job on the cluster' }
    default:
      return null
  }
}

interface Times {
  readonly now: number
  readonly submittedAt: number
  readonly startedAt: number | null
  readonly silentSince: number | null
}

/** What took too long is ended, what was silent too long is lost. Null: neither. */
async function overdue(
  { cluster, settings: current, ...deps }: LookDeps,
  row: Retraining & { readonly submissionId: string },
  { state }: JobStatus,
  { now, submittedAt, startedAt, silentSince }: Times,
): Promise<TrainingEnd | null> {
  const { runKey, submissionId } = row
  const { settings, model } = await modelOf({ ...deps, settings: current }, row.model)
  if (state === 'queued' && now - submittedAt > settings.cluster.queueTimeout) {
    await cluster.kill(submissionId)
    const seconds = Math.round(settings.cluster.queueTimeout / 1_000)
    const { message } = new DriftgateError('CLUSTER_QUEUE_TIMEOUT', { runKey, seconds })
    return { state: 'failed', reason: message }
  }
  const timeout = (row.drill === null ? null : model.drill?.timeout) ?? model.retraining.timeout
  if (state === 'running' && now - (startedAt ?? submittedAt) > timeout) {
    await cluster.kill(submissionId)
    const limit = formatDuration(timeout)
    return { state: 'failed', reason: `it ran longer than ${limit} and was stopped` }
  }
  const patience = state === 'forgotten' ? forgottenMs : timeout
  if (silentSince === null || now - silentSince <= patience) return null
  return { state: 'lost', reason: new DriftgateError('CLUSTER_JOB_LOST', { runKey }).message }
}

function stageOf(status: JobStatus): string {
  switch (status.state) {
    case 'queued':
      return 'waiting for the cluster'
    case 'running':
      return 'starting'
    case 'unknown':
      return status.reason
    default:
      return status.state
  }
}
