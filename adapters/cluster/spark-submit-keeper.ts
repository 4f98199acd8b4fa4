import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { Pulses } from './pulses.ts'
import { type RunEnd, RunFiles, runKeyForm, runKeysIn } from './spark-submit-run.ts'
import { processStart, thisMachine } from './this-machine.ts'

/** What a keeper is told, as its only argument; what must not be seen is in its environment. */
export const keeperOrder = z.object({
  folder: z.string(),
  runKey: z.string().regex(runKeyForm),
  /** So many of the folder run at once. */
  jobs: z.number().int().nonnegative(),
  command: z.string(),
  arguments: z.array(z.string()),
})
export type KeeperOrder = z.infer<typeof keeperOrder>

const beatMs = 500
/** A job that was asked to end is given so long for it. */
const graceMs = 10_000
/** A keeper that is silent for so long keeps nobody waiting. */
const silentMs = 60_000

/**
 * The process that stands between a worker and one `spark-submit`: it outlives the worker, waits for room, starts
 * the job, ends it when somebody asks, and writes down how it ended. A second one of a run key does nothing.
 */
export async function keep(order: KeeperOrder): Promise<void> {
  const run = new RunFiles(order.folder, order.runKey)
  if (!(await run.claim({ machine: thisMachine(), at: Date.now() }))) return
  const others = { pulses: new Pulses(), ended: new Set([order.runKey]) }
  for (let beats = 0; ; beats++) {
    await run.beat(beats)
    if (await run.isAskedToEnd()) {
      await run.end({ state: 'killed' })
      return
    }
    if (await isNext(order, others)) return runToEnd(order, run, beats)
    await sleep(beatMs)
  }
}

/** Room is given in the order in which jobs were asked for. */
async function isNext(
  { folder, runKey, jobs }: KeeperOrder,
  { pulses, ended }: { readonly pulses: Pulses; readonly ended: Set<string> },
): Promise<boolean> {
  const mine = await placeOf(folder, runKey)
  let before = 0
  for (const other of await runKeysIn(folder)) {
    if (ended.has(other)) continue
    const run = new RunFiles(folder, other)
    if ((await run.ended()) !== null) {
      // For good: old jobs are not looked at again while this one waits.
      ended.add(other)
      continue
    }
    if (pulses.silence(other, await run.pulse()) > silentMs) continue
    if ((await placeOf(folder, other)) < mine) before++
  }
  return before < jobs
}

/** Sorts by time, then by run key; behind all while it is not claimed. */
async function placeOf(folder: string, runKey: string): Promise<string> {
  const claim = await new RunFiles(folder, runKey).claimed()
  return `${String(claim?.at ?? Number.MAX_SAFE_INTEGER).padStart(16, '0')} ${runKey}`
}

async function runToEnd(order: KeeperOrder, run: RunFiles, beats: number): Promise<void> {
  const [out, err] = [openSync(run.stdout, 'w'), openSync(run.stderr, 'w')]
  // A group of its own, so that an end reaches all of it, and none of it is reached by what ends us.
  const job = spawn(order.command, order.arguments, {
    ...{ detached: true, stdio: ['ignore', out, err] },
  })
  closeSync(out)
  closeSync(err)
  let over: { code: number | null; signal: string | null } | { error: Error } | null = null
  job.once('error', (error) => (over = { error }))
  job.once('exit', (code, signal) => (over = { code, signal }))
  const { pid } = job
  const startedAt = pid === undefined ? null : processStart(pid)
  if (pid !== undefined && startedAt !== null) await run.began({ pid, startedAt })
  let askedAt: number | null = null
  for (let beat = beats + 1; over === null; beat++) {
    await run.beat(beat)
    if (pid !== undefined && (askedAt !== null || (await run.isAskedToEnd()))) {
      askedAt ??= performance.now()
      signalGroup(pid, performance.now() - askedAt > graceMs ? 'SIGKILL' : 'SIGTERM')
    }
    await sleep(beatMs)
  }
  // What the launcher leaves behind has nobody who waits for it.
  if (pid !== undefined) signalGroup(pid, 'SIGKILL')
  await run.end(endOf(over, askedAt !== null))
}

function endOf(
  over: { code: number | null; signal: string | null } | { error: Error },
  asked: boolean,
): RunEnd {
  if ('error' in over) return { state: 'failed', reason: over.error.message }
  if (over.code === 0) return { state: 'finished' }
  if (asked) return { state: 'killed' }
  const how = over.signal ?? `status ${over.code}`
  return { state: 'failed', reason: `spark-submit ended with ${how}` }
}

export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await keep(keeperOrder.parse(JSON.parse(process.argv[2] ?? '')))
}
