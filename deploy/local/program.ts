import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DriftgateError } from '../../contracts/errors.ts'
import { endProcess, identify, isAlive } from './process-identity.ts'
import { changeState, readState, type StartedProgram } from './state.ts'

/** One long-running program: how it is started and how to tell that it is ready. */
export interface ProgramSpec {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number
  readonly gid?: number
  /** True once the program answers; asked again until then. */
  readonly healthy: () => Promise<boolean>
  readonly stopSignal?: NodeJS.Signals
  readonly startTimeoutMs?: number
  /** Tried again for this long when it ends at once: what was killed before it may still hold its data. */
  readonly retryMs?: number
}

/**
 * Starts a program in its own process group with its output in a log file, remembers it by identity, and
 * waits until it is healthy. One that still runs from before with the same command is used again; with
 * another command it is ended first. Throws SERVER_START_FAILED with the reason and the log file.
 */
export async function startProgram(folder: string, spec: ProgramSpec): Promise<StartedProgram> {
  const digest = digestOf(spec)
  const before = readState(folder).programs[spec.name]
  if (before !== undefined && isAlive(before)) {
    if (before.digest === digest && (await becomesHealthy(spec, before, 10_000)) === null)
      return before
    await endProcess(before, 15_000, before.stopSignal)
  }
  const giveUp = performance.now() + (spec.retryMs ?? 0)
  let { started, problem } = await attempt(folder, spec, digest)
  while (problem === endedAtOnce && performance.now() < giveUp) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    ;({ started, problem } = await attempt(folder, spec, digest))
  }
  if (problem === null) return started
  await endProcess(started, 2_000, started.stopSignal)
  throw new DriftgateError('SERVER_START_FAILED', {
    server: spec.name,
    reason: `${problem}${lastLine(started.log)}`,
    log: started.log,
  })
}

/** One start: it may be over before anybody can look at it. */
async function attempt(folder: string, spec: ProgramSpec, digest: string) {
  const started = launch(folder, spec, digest)
  const problem =
    started.startedAt === ''
      ? endedAtOnce
      : await becomesHealthy(spec, started, spec.startTimeoutMs ?? 180_000)
  return { started, problem }
}

function launch(folder: string, spec: ProgramSpec, digest: string): StartedProgram {
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  const log = join(logs, `${spec.name}.log`)
  const output = openSync(log, 'a')
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd ?? folder,
    env: { ...process.env, ...spec.env },
    detached: true,
    stdio: ['ignore', output, output],
    ...(spec.uid === undefined ? {} : { uid: spec.uid, gid: spec.gid ?? spec.uid }),
  })
  closeSync(output)
  child.on('error', () => {})
  child.unref()
  if (child.pid === undefined) {
    throw new DriftgateError('SERVER_START_FAILED', {
      server: spec.name,
      reason: `${spec.command} could not be started${lastLine(log)}`,
      log,
    })
  }
  // No start time: it has ended already, and no process will ever be taken for it.
  const identity = identify(child.pid) ?? { pid: child.pid, startedAt: '' }
  const started: StartedProgram = {
    ...identity,
    name: spec.name,
    command: [spec.command, ...spec.args].join(' '),
    log,
    since: new Date().toISOString(),
    digest,
    stopSignal: spec.stopSignal ?? 'SIGTERM',
  }
  changeState(folder, (state) => {
    state.programs[spec.name] = started
  })
  return started
}

const endedAtOnce = 'it ended while starting'

/** Null once it is healthy, else why it is not. */
async function becomesHealthy(
  spec: ProgramSpec,
  program: StartedProgram,
  withinMs: number,
): Promise<string | null> {
  const deadline = performance.now() + withinMs
  for (;;) {
    if (!isAlive(program)) return endedAtOnce
    if (await spec.healthy().catch(() => false)) return null
    if (performance.now() > deadline)
      return `no healthy answer within ${Math.round(withinMs / 1000)} s`
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function digestOf(spec: ProgramSpec): string {
  const text = JSON.stringify([spec.command, spec.args, spec.env ?? {}, spec.cwd ?? ''])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function lastLine(log: string): string {
  try {
    const line = readFileSync(log, 'utf8').trim().split('\n').at(-1)
    return line ? `; its log ends with: ${line.slice(0, 300)}` : ''
  } catch {
    return ''
  }
}
