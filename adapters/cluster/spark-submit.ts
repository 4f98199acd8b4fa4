import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { SparkSubmitSettings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { confirmedKill } from './confirmed-kill.ts'
import { Pulses } from './pulses.ts'
import { jobEnvironment, submitArguments } from './spark-request.ts'
import { type KeeperOrder, signalGroup } from './spark-submit-keeper.ts'
import { RunFiles, runKeyForm } from './spark-submit-run.ts'
import { processStart, thisMachine } from './this-machine.ts'
import type { ClusterOptions, JobStatus, TrainingCluster, TrainingJob } from './training-cluster.ts'

/** A keeper that is silent for so long has ended: it beats twice a second. */
const silentMs = 15_000
/** After so long nobody waits for a machine that shows nothing any more. */
const goneMs = 5 * 60_000
const pageBytes = 262_144

/** What of a worker's environment a job is given: how Spark and Hadoop are found, and no secret of the worker. */
const inherited =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|JAVA_HOME|KRB5.*|(SPARK|HADOOP|YARN|HIVE|AWS_ROLE|AWS_WEB_IDENTITY)_.*|PYTHONPATH)$/

/**
 * Spark's own `spark-submit`, in client mode, against whatever master the team has: the driver runs on the machine
 * of the worker that submits, under a keeper that outlives the worker. Every run key has a folder, shared by
 * all workers, so that any of them sees the job: `docs/reference/backends/spark-submit.md`.
 */
export function sparkSubmit(
  settings: SparkSubmitSettings,
  { timeoutMs = 15_000 }: Omit<ClusterOptions, 'secret'>,
): TrainingCluster {
  const { folder } = settings
  const pulses = new Pulses()
  const unreachable = (cause: unknown) =>
    new DriftgateError('CLUSTER_UNREACHABLE', { address: folder }, { cause })

  /** A folder that is not there says nothing about its jobs. */
  async function inFolder<Value>(ask: () => Promise<Value>): Promise<Value> {
    try {
      await access(folder, constants.R_OK | constants.W_OK)
      return await ask()
    } catch (error) {
      if (!(error instanceof DriftgateError) || error.code === 'OBJECTS_REJECTED') {
        throw unreachable(error)
      }
      throw error
    }
  }

  async function submit(job: TrainingJob): Promise<{ submissionId: string }> {
    const { runKey } = job
    const rejected = (reason: string) => new DriftgateError('CLUSTER_SUBMIT_REJECTED', { reason })
    if (!runKeyForm.test(runKey)) throw rejected(`${runKey} is no run key`)
    await access(settings.command, constants.X_OK).catch(() => {
      throw rejected(`${settings.command} is no program that can be run`)
    })
    const run = new RunFiles(folder, runKey)
    await run.make()
    const keeper = startKeeper(run, job)
    let ended: string | null = null
    once(keeper, 'exit').then(
      ([code, signal]) => (ended = `its keeper ended with ${signal ?? `status ${code}`}`),
      ({ message }: Error) => (ended = message),
    )
    for (const until = performance.now() + timeoutMs; performance.now() < until; await sleep(50)) {
      if ((await run.claimed()) !== null) return { submissionId: runKey }
      if (ended !== null) throw rejected(`${ended}; see ${join(run.path, 'keeper')}`)
    }
    throw unreachable(new Error(`the keeper of ${runKey} has not begun yet`))
  }

  function startKeeper(run: RunFiles, job: TrainingJob) {
    const order: KeeperOrder = {
      ...{ folder, runKey: job.runKey, jobs: settings.jobs, command: settings.command },
      arguments: submitArguments(settings, job),
    }
    const entries = Object.entries(process.env).filter(([name]) => inherited.test(name))
    const log = openSync(join(run.path, 'keeper'), 'a')
    const keeperPath = fileURLToPath(
      new URL(`./spark-submit-keeper${extname(import.meta.url)}`, import.meta.url),
    )
    const keeper = spawn(process.execPath, [keeperPath, JSON.stringify(order)], {
      ...{ detached: true, stdio: ['ignore', log, log] },
      env: { ...Object.fromEntries(entries), ...jobEnvironment(settings, job) },
    })
    closeSync(log)
    keeper.unref()
    return keeper
  }

  async function status(submissionId: string): Promise<JobStatus> {
    if (!runKeyForm.test(submissionId)) return { state: 'forgotten' }
    const run = new RunFiles(folder, submissionId)
    const ended = await run.ended()
    if (ended !== null) return ended
    const claim = await run.claimed()
    if (claim === null) return { state: 'forgotten' }
    const silence = pulses.silence(submissionId, await run.pulse())
    const begun = await run.process()
    if (silence < silentMs) return { state: begun === null ? 'queued' : 'running' }
    const endedNow = await run.ended()
    if (endedNow !== null) return endedNow
    if (claim.machine === thisMachine()) {
      const lives = begun !== null && processStart(begun.pid) === begun.startedAt
      return { state: lives ? 'running' : 'forgotten' }
    }
    if (silence > goneMs) return { state: 'forgotten' }
    const [host] = claim.machine.split(' ')
    return { state: 'unknown', reason: `nothing has come from ${host}, which runs it` }
  }

  /** Its keeper ends it; where that has ended before and the job has not, we do. */
  async function askToEnd(submissionId: string): Promise<void> {
    const run = new RunFiles(folder, submissionId)
    await run.askToEnd()
    const [claim, begun] = [await run.claimed(), await run.process()]
    if (claim?.machine !== thisMachine() || begun === null) return
    if (pulses.silence(submissionId, await run.pulse()) < silentMs) return
    if (processStart(begun.pid) === begun.startedAt) signalGroup(begun.pid, 'SIGKILL')
    await run.end({ state: 'killed' })
  }

  return {
    kind: settings.kind,
    submit: (job) => inFolder(() => submit(job)),
    find: (runKey) =>
      inFolder(async () => {
        const claimed = runKeyForm.test(runKey) && (await new RunFiles(folder, runKey).claimed())
        return claimed ? { found: 'job', submissionId: runKey } : { found: 'absent' }
      }),
    status: (submissionId) => inFolder(() => status(submissionId)),
    output: (submissionId, from) =>
      inFolder(() =>
        runKeyForm.test(submissionId)
          ? wholeLines(new RunFiles(folder, submissionId).stdout, from)
          : Promise.resolve({ text: '', next: from }),
      ),
    kill: (submissionId) =>
      inFolder(() =>
        confirmedKill(submissionId, { ...{ status, address: folder }, ask: askToEnd }),
      ),
  }
}

/** Whole lines of a file from a byte on, one page of them; none while there is no file. */
async function wholeLines(path: string, from: number): Promise<{ text: string; next: number }> {
  try {
    await using file = await open(path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(pageBytes), 0, pageBytes, from)
    const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1
    return { text: buffer.toString('utf8', 0, end), next: from + end }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { text: '', next: from }
  }
}
