import { type ChildProcess, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Found, JobStatus, OutputPage } from '../../adapters/cluster/training-cluster.ts'

export interface RunsOptions {
  /** Keeps what is known of every run key, and what jobs print. */
  readonly folder: string
  /** What runs a job; the path of its specification is added. */
  readonly command: readonly string[]
  /** Jobs at once; more of them wait. */
  readonly room: number
}

export interface Submission {
  readonly runKey: string
  readonly specPath: string
  readonly environment: Readonly<Record<string, string>>
}

interface Kept {
  readonly runKey: string
  readonly status: JobStatus
  /** Of the group of processes that the job is, while it runs. */
  readonly pid?: number
}

/** A run key is the name of two files. */
const runKeyForm = /^[A-Za-z0-9-]{1,100}$/

/** Jobs as processes of this machine, one for each run key for ever. The id of a submission is its run key. */
export class JobRuns {
  readonly #options: RunsOptions
  readonly #waiting: Submission[] = []
  readonly #running = new Map<string, ChildProcess>()

  constructor(options: RunsOptions) {
    this.#options = options
    mkdirSync(options.folder, { recursive: true })
  }

  /** A run key that is known starts nothing. Throws a RangeError for one that cannot be. */
  submit(job: Submission): { submissionId: string } {
    if (!runKeyForm.test(job.runKey)) throw new RangeError('the run key is none')
    if (this.#kept(job.runKey) === null) {
      this.#keep({ runKey: job.runKey, status: { state: 'queued' } })
      this.#waiting.push(job)
      this.#startNext()
    }
    return { submissionId: job.runKey }
  }

  find(runKey: string): Found {
    return this.#kept(runKey) === null
      ? { found: 'absent' }
      : { found: 'job', submissionId: runKey }
  }

  status(runKey: string): JobStatus {
    const kept = this.#kept(runKey)
    if (kept === null) return { state: 'forgotten' }
    const { state } = kept.status
    if (this.#running.has(runKey) || (state !== 'running' && state !== 'queued')) return kept.status
    if (state === 'queued' && this.#waiting.some((job) => job.runKey === runKey)) return kept.status
    // An earlier process of this service had it: while it lives it runs, afterwards nobody knows how it ended.
    return kept.pid !== undefined && isAlive(kept.pid) ? kept.status : { state: 'forgotten' }
  }

  /** Whole lines from a byte on. */
  output(runKey: string, from: number): OutputPage {
    const path = this.#path(runKey, 'out')
    const bytes = runKeyForm.test(runKey) && existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
    const end = bytes.lastIndexOf('\n') + 1
    return { text: bytes.toString('utf8', Math.min(from, end), end), next: Math.max(from, end) }
  }

  /** Asks the job to end; whoever asked looks at its state. */
  kill(runKey: string): void {
    const place = this.#waiting.findIndex((job) => job.runKey === runKey)
    if (place >= 0) {
      this.#waiting.splice(place, 1)
      this.#keep({ runKey, status: { state: 'killed' } })
      return
    }
    const pid = this.status(runKey).state === 'running' ? this.#kept(runKey)?.pid : undefined
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  }

  #startNext(): void {
    while (this.#running.size < this.#options.room) {
      const job = this.#waiting.shift()
      if (job === undefined) return
      this.#start(job)
    }
  }

  #start({ runKey, specPath, environment }: Submission): void {
    const [program = '', ...before] = this.#options.command
    const out = openSync(this.#path(runKey, 'out'), 'w')
    const child = spawn(program, [...before, specPath], {
      env: { ...process.env, ...environment, DRIFTGATE_RUN_KEY: runKey },
      stdio: ['ignore', out, 'inherit'],
      // A group of its own, so that a kill reaches all of it.
      detached: true,
    })
    closeSync(out)
    this.#running.set(runKey, child)
    const { pid } = child
    if (pid !== undefined) this.#keep({ runKey, status: { state: 'running' }, pid })
    const ended = (status: JobStatus) => {
      this.#running.delete(runKey)
      this.#keep({ runKey, status })
      this.#startNext()
    }
    child.once('error', ({ message }) => ended({ state: 'failed', reason: message }))
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') ended({ state: 'killed' })
      else if (code === 0) ended({ state: 'finished' })
      else ended({ state: 'failed', reason: `it ended with ${signal ?? `status ${code}`}` })
    })
  }

  #path = (runKey: string, kind: 'json' | 'out') => join(this.#options.folder, `${runKey}.${kind}`)

  #kept(runKey: string): Kept | null {
    const path = this.#path(runKey, 'json')
    if (!runKeyForm.test(runKey) || !existsSync(path)) return null
    return JSON.parse(readFileSync(path, 'utf8')) as Kept
  }

  /** Whole or not at all, also when this process is killed. */
  #keep(kept: Kept): void {
    const path = this.#path(kept.runKey, 'json')
    writeFileSync(`${path}.part`, JSON.stringify(kept), { flush: true })
    renameSync(`${path}.part`, path)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
