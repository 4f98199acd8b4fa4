import { readFileSync } from 'node:fs'

/** A process for good: the system reuses ids, an id together with its start time it does not. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks since boot, field 22 of `/proc/<pid>/stat` (proc_pid_stat(5)). */
  readonly startedAt: string
}

/** Who runs under this id now; null when nobody does, or only a zombie that waits to be collected. */
export function identify(pid: number): ProcessIdentity | null {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return null
  }
  return parseStat(pid, stat)
}

/** Reads one line of `/proc/<pid>/stat`; the program's name may itself hold spaces and brackets. */
export function parseStat(pid: number, stat: string): ProcessIdentity | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startedAt = fields[19]
  if (fields[0] === 'Z' || fields[0] === 'X' || !startedAt) return null
  return { pid, startedAt }
}

/** Whether the very process that was recorded still runs. */
export const isAlive = (recorded: ProcessIdentity): boolean =>
  identify(recorded.pid)?.startedAt === recorded.startedAt

/**
 * Ends exactly this process: the signal first, SIGKILL to it and its group after `graceMs`.
 * Returns at once when it is gone already or its id belongs to somebody else by now.
 */
export async function endProcess(
  recorded: ProcessIdentity,
  graceMs: number = 15_000,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (!isAlive(recorded)) return
  send(recorded.pid, signal)
  if (await gone(recorded, graceMs)) return
  send(-recorded.pid, 'SIGKILL')
  send(recorded.pid, 'SIGKILL')
  await gone(recorded, 5_000)
}

async function gone(recorded: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (isAlive(recorded)) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return true
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
