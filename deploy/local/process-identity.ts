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
