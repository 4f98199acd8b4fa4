import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'

/** Of one tick of the kernel's clock. */
const secondsOfTick = 1 / 100

interface Taken {
  readonly parent: number
  /** CPU seconds of its own, and of its children that ended. */
  readonly own: number
  readonly ended: number
}

function takenBy(pid: number | string): Taken | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name may hold anything, also spaces; what follows its last bracket is numbers.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = (place: number) => Number(fields[place]) * secondsOfTick
    return { parent: Number(fields[1]), own: ticks(11) + ticks(12), ended: ticks(13) + ticks(14) }
  } catch {
    return null
  }
}

/** CPU seconds that a process of this machine took since it started. Throws Error where there is none. */
export function cpuOf(pid: number): number {
  const taken = takenBy(pid)
  if (taken === null) throw new Error(`no process ${pid} runs`)
  return taken.own
}

/** CPU seconds that a PostgreSQL on this machine took since it started, whatever its processes did. */
export async function postgresCpu(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  const server = takenBy(rows[0]?.pid ?? 0)?.parent ?? 0
  const main = takenBy(server)
  if (main === null) throw new Error('PostgreSQL does not run on this machine')
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => takenBy(pid) ?? [])
    .filter(({ parent }) => parent === server)
  return main.own + main.ended + children.reduce((sum, { own }) => sum + own, 0)
}
