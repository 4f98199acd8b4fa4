import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobStatus } from '../adapters/cluster/training-cluster.ts'
import { markEnded, markStarted, type Retraining } from '../adapters/postgres/retrainings.ts'
import { formatDuration } from '../contracts/duration.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { TrainingProgress } from '../contracts/training-progress.ts'
import { JobOutput } from './job-output.ts'
import { findMarker } from './marker.ts'
import { folderOf, modelOf, retrainingOf, type TrainingDeps } from './training-deps.ts'

export interface TrainingEnd {
  readonly state: 'succeeded' | 'failed' | 'lost'
  readonly reason: string
}

export interface FollowOptions {
  /** Stops following, never the job; the signal's reason is thrown. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: TrainingProgress) => void
}

/** A job that the cluster forgot may still write its marker for this long. */
const forgottenMs = 60_000

type FollowDeps = Pick<
  TrainingDeps,
  'db' | 'cluster' | 'objects' | 'clock' | 'settings' | 'pollMs' | 'onPhase'
>

/**
 * Follows the job of a run key to its end and records it. Only a marker with the right run key is
 * success; a job of which nobody knows the end is lost, never failed. A job that waits longer than
 * `cluster.queueTimeout` or runs longer than `retraining.timeout` is killed, and the kill confirmed.
 * Can be called again at any time: it starts from what cluster, folder and table say.
 */
export async function followTraining(
  deps: FollowDeps,
  { runKey }: { runKey: string },
  options: FollowOptions = {},
): Promise<TrainingEnd> {
  const row = await retrainingOf(deps, runKey)
  const ended = pastEnd(row)
  if (ended !== null) return ended
  if (row.submissionId === null) throw new DriftgateError('RETRAINING_UNKNOWN', { runKey })
  const output = new JobOutput(deps.cluster, row.submissionId)
  const end = await watch(deps, row, output, options)
  const folder = folderOf(deps, row)
  const marked = await findMarker(folder, runKey)
  await keepOutput(folder, output)
  await deps.onPhase?.('before end')
  await markEnded(deps.db, runKey, {
    ...end,
    at: new Date(deps.clock()),
    cost: marked?.marker.cost ?? null,
    lastLines: end.state === 'succeeded' ? [] : output.lastLines,
  })
  await deps.onPhase?.('after end')
  return end
}

/** Ends the job of a cancelled retraining and records it; returns once the cluster confirmed. */
export async function stopTraining(
  deps: Pick<TrainingDeps, 'db' | 'cluster' | 'clock'>,
  { runKey }: { runKey: string },
): Promise<void> {
  const { submissionId } = await retrainingOf(deps, runKey)
  if (submissionId !== null) await deps.cluster.kill(submissionId)
  const at = new Date(deps.clock())
  await markEnded(deps.db, runKey, { state: 'failed', reason: 'it was cancelled', at })
}

const pastEnd = (row: Retraining): TrainingEnd | null =>
  row.state === 'succeeded' || row.state === 'failed'
    ? { state: row.state, reason: row.result ?? '' }
    : null

/** Beside the artefacts, since clusters forget what jobs print. A folder that is away keeps no end from being told. */
async function keepOutput(folder: string, { tail }: JobOutput): Promise<void> {
  if (tail === '') return
  await writeFile(join(folder, 'output.log'), tail).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOENT', 'EACCES', 'ENOSPC', 'EROFS'].includes(error.code ?? '')) throw error
  })
}

async function watch(
  deps: FollowDeps,
  row: Retraining,
  output: JobOutput,
  options: FollowOptions,
): Promise<TrainingEnd> {
  const { runKey } = row
  const submissionId = row.submissionId ?? ''
  const { settings, model } = await modelOf(deps, row.model)
  const folder = folderOf(deps, row)
  const submittedAt = row.submittedAt?.getTime() ?? row.preparedAt.getTime()
  let startedAt = row.startedAt?.getTime() ?? null
  let silentSince: number | null = null
  let marked = false
  for (;;) {
    options.signal?.throwIfAborted()
    const status = await ask(() => deps.cluster.status(submissionId))
    const now = deps.clock()
    const wasMarked = marked
    marked ||= (await findMarker(folder, runKey)) !== null
    if (marked && !wasMarked) await deps.onPhase?.('marker is there')
    const known = status.state !== 'unknown' && status.state !== 'forgotten'
    silentSince = known ? null : (silentSince ?? now)
    if (status.state === 'running' && startedAt === null) {
      startedAt = now
      await markStarted(deps.db, runKey, new Date(now))
      await deps.onPhase?.('job runs')
    }
    await output.read()
    options.onProgress?.({
      stage: stageOf(status),
      ...output.progress,
      elapsedSeconds: Math.round((now - submittedAt) / 1_000),
    })
    const end = endOf(status, marked, output)
    if (end !== null) return end
    if (status.state === 'queued' && now - submittedAt > settings.cluster.queueTimeout) {
      await deps.cluster.kill(submissionId)
      const seconds = Math.round(settings.cluster.queueTimeout / 1_000)
      const { message } = new DriftgateError('CLUSTER_QUEUE_TIMEOUT', { runKey, seconds })
      return { state: 'failed', reason: message }
    }
    if (now - (startedAt ?? submittedAt) > model.retraining.timeout && status.state === 'running') {
      await deps.cluster.kill(submissionId)
      const limit = formatDuration(model.retraining.timeout)
      return { state: 'failed', reason: `it ran longer than ${limit} and was stopped` }
    }
    const patience = status.state === 'forgotten' ? forgottenMs : model.retraining.timeout
    if (silentSince !== null && now - silentSince > patience) {
      const { message } = new DriftgateError('CLUSTER_JOB_LOST', { runKey })
      return { state: 'lost', reason: message }
    }
    await sleep(deps.pollMs ?? 2_000, undefined, { signal: options.signal }).catch(() => undefined)
  }
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
function endOf(status: JobStatus, marked: boolean, output: JobOutput): TrainingEnd | null {
  const over = status.state !== 'queued' && status.state !== 'running' && status.state !== 'unknown'
  if (marked && over) return { state: 'succeeded', reason: 'the marker is complete' }
  switch (status.state) {
    case 'finished':
      return { state: 'failed', reason: output.complaint ?? 'the job ended without a marker' }
    case 'failed':
      return { state: 'failed', reason: output.complaint ?? status.reason }
    case 'killed':
      return { state: 'failed', reason: 'somebody killed the job on the cluster' }
    default:
      return null
  }
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
