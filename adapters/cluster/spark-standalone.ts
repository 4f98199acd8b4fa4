import type { SparkStandaloneSettings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { confirmedKill } from './confirmed-kill.ts'
import { jobName, submissionRequest } from './spark-request.ts'
import { type SparkAddress, sparkRest } from './spark-rest.ts'
import { readDriverLog, readMaster, type SparkDriver, type SparkMaster } from './spark-web.ts'
import type {
  ClusterOptions,
  Found,
  JobStatus,
  OutputPage,
  TrainingCluster,
  TrainingJob,
} from './training-cluster.ts'

/** How far the master's clock may lag behind ours when a lost job is looked for. */
const clockSlackMs = 10 * 60_000

/**
 * Spark's own standalone cluster over its REST submission server, with a Python job.
 * The server has no idempotency key: see `find`. Quirks: `docs/reference/backends/spark-standalone.md`.
 */
export function sparkStandalone(
  settings: SparkStandaloneSettings,
  options: ClusterOptions,
): TrainingCluster {
  const timeoutMs = options.timeoutMs ?? 15_000
  const address: SparkAddress = { rest: settings.rest, secret: options.secret, timeoutMs }
  /** Drivers known to carry another name: their launch command never changes. */
  const foreign = new Set<string>()
  /** driver id -> web address of its worker, which outlives the master's memory of the driver. */
  const workerWebs = new Map<string, string>()

  async function submit(job: TrainingJob): Promise<{ submissionId: string }> {
    const answer = await sparkRest(
      address,
      'POST',
      '/v1/submissions/create',
      submissionRequest(settings, job),
    )
    if (answer.success !== true || answer.submissionId === undefined) {
      const reason = firstLine(answer.message) ?? `HTTP ${answer.status}`
      throw new DriftgateError('CLUSTER_SUBMIT_REJECTED', { reason })
    }
    return { submissionId: answer.submissionId }
  }

  /**
   * The master names no job, so every driver that started late enough is told by the first line of
   * its log: the launch command with `spark.app.name`. A queued driver has none yet and may be ours; one
   * that ended without a log never ran, or its marker speaks for it.
   */
  async function find(runKey: string, sinceMs: number): Promise<Found> {
    const master = await readMaster(settings.web, timeoutMs)
    const active = new Set(master.activedrivers.map((driver) => driver.id))
    const drivers = [...master.activedrivers, ...master.completeddrivers]
      .filter((driver) => driver.starttime >= sinceMs - clockSlackMs && !foreign.has(driver.id))
      .sort((left, right) => left.starttime - right.starttime)
    let unclear: string | null = null
    for (const driver of drivers) {
      const name = await nameOf(driver, master)
      if (name === jobName(runKey)) return { found: 'job', submissionId: driver.id }
      if (name !== null) foreign.add(driver.id)
      else if (active.has(driver.id)) unclear = `${driver.id} (${driver.state}) shows no name yet`
    }
    return unclear === null ? { found: 'absent' } : { found: 'unclear', reason: unclear }
  }

  async function nameOf(driver: SparkDriver, master: SparkMaster): Promise<string | null> {
    const web = master.workers.find((worker) => worker.id === driver.worker)?.webuiaddress
    if (web === undefined) return null
    const log = { type: 'stderr', offset: 0, bytes: 65_536, timeoutMs } as const
    const page = await readDriverLog(web, driver.id, log)
    if (page === null || !page.text.includes('\n')) return null
    return /"-Dspark\.app\.name=([^"]*)"/.exec(page.text)?.[1] ?? ''
  }

  async function status(submissionId: string): Promise<JobStatus> {
    const answer = await sparkRest(address, 'GET', `/v1/submissions/status/${submissionId}`)
    if (answer.success !== true || answer.driverState === undefined) return { state: 'forgotten' }
    return normalise(answer.driverState, answer.message)
  }

  async function output(submissionId: string, from: number): Promise<OutputPage> {
    const web = await workerWebOf(submissionId)
    if (web === null) return { text: '', next: from }
    const log = { type: 'stdout', offset: from, bytes: 262_144, timeoutMs } as const
    const page = await readDriverLog(web, submissionId, log)
    // An offset past the end is answered with other bytes than asked for: nothing new.
    if (page === null || page.start !== from) return { text: '', next: from }
    const text = page.text.slice(0, page.text.lastIndexOf('\n') + 1)
    return { text, next: from + Buffer.byteLength(text) }
  }

  async function workerWebOf(submissionId: string): Promise<string | null> {
    const known = workerWebs.get(submissionId)
    if (known !== undefined) return known
    const answer = await sparkRest(address, 'GET', `/v1/submissions/status/${submissionId}`)
    if (answer.workerId === undefined) return null
    const master = await readMaster(settings.web, timeoutMs)
    const web = master.workers.find((worker) => worker.id === answer.workerId)?.webuiaddress
    if (web !== undefined) workerWebs.set(submissionId, web)
    return web ?? null
  }

  const kill = (submissionId: string): Promise<void> =>
    confirmedKill(submissionId, {
      ...{ status, address: settings.rest },
      ask: (id) => sparkRest(address, 'POST', `/v1/submissions/kill/${id}`),
    })

  return { kind: 'spark-standalone', submit, find, status, output, kill }
}

/** Spark's driver states. RELAUNCHING and UNKNOWN (the master is recovering) are no ends. */
export function normalise(driverState: string, message: string | undefined): JobStatus {
  switch (driverState) {
    case 'SUBMITTED':
      return { state: 'queued' }
    case 'RUNNING':
      return { state: 'running' }
    case 'FINISHED':
      return { state: 'finished' }
    case 'KILLED':
      return { state: 'killed' }
    case 'FAILED':
      return { state: 'failed', reason: firstLine(message) ?? 'the job ended with an error' }
    case 'ERROR':
      return { state: 'failed', reason: firstLine(message) ?? 'the cluster could not start it' }
    default:
      return { state: 'unknown', reason: `the master says ${driverState}` }
  }
}

function firstLine(message: string | undefined): string | null {
  const lines = message?.split('\n').map((line) => line.trim().replace(/\.$/, '')) ?? []
  return (
    lines.find((line) => line !== '' && !line.startsWith('Exception from the cluster')) ??
    lines.find((line) => line !== '') ??
    null
  )
}
