import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Where process ids mean the same: the name, the boot and the space of ids. A container that was started again
 * has the name of the one before, and other processes under the same ids.
 */
export function thisMachine(): string {
  const boot = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return [hostname(), ofLinux(boot), ofLinux(() => readlinkSync('/proc/self/ns/pid'))].join(' ')
}

/** When the process of this id began, as this machine writes it; null: there is none, or it has ended. */
export function processStart(pid: number): string | null {
  return process.platform === 'linux' ? startInProc(pid) : startByPs(pid)
}

function startInProc(pid: number): string | null {
  const stat = ofLinux(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  // Behind the name, which may hold blanks and brackets: the state is the third field of all, the start the 22nd.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === '' || state === 'Z' ? null : (rest[18] ?? null)
}

function startByPs(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch (error) {
    if ((error as { status?: unknown }).status === 1) return null
    throw error
  }
}

/** Empty where there is no such file: another system, or a process that is gone. */
function ofLinux(read: () => string): string {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return ''
    throw error
  }
}
