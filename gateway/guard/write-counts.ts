import type pg from 'pg'
import {
  addGuardBatch,
  endGuard,
  keepGuard,
  startGuard,
} from '../../adapters/postgres/guard-counts.ts'
import type { GuardCounter } from './guard-counter.ts'

/** What a guard that is killed has not written is what it judged in this time, while PostgreSQL answers. */
const everyMs = 1_000
/** An idle guard says that it is there: 60 seconds of silence mean that it was killed. */
const idleMs = 15_000

export interface WritesCounts {
  /** Writes what is left, and that the guard has ended. */
  close(): Promise<void>
}

/** Writes the counts of a guard from now on. `onTrouble`: told of a failure when there was none before; it is tried again. */
export function writeCounts(
  db: pg.Pool,
  counter: GuardCounter,
  {
    id,
    clock,
    onTrouble,
  }: {
    readonly id: string
    readonly clock: () => number
    readonly onTrouble: (error: unknown) => void
  },
): WritesCounts {
  let started = false
  let lastMs = 0
  let failing = false
  let turn = Promise.resolve()

  async function write(): Promise<void> {
    const at = new Date(clock())
    if (!started) {
      await startGuard(db, id, at)
      started = true
      lastMs = at.getTime()
    }
    for (let batch = counter.next(); batch !== null; batch = counter.next()) {
      await addGuardBatch(db, batch, new Date(clock()))
      counter.written()
      lastMs = clock()
    }
    if (clock() - lastMs < idleMs) return
    await keepGuard(db, id, new Date(clock()))
    lastMs = clock()
  }

  const look = async (): Promise<void> => {
    try {
      await write()
      failing = false
    } catch (error) {
      if (!failing) onTrouble(error)
      failing = true
    }
  }
  // One after the other: a batch is out until it is written.
  const timer = setInterval(() => {
    turn = turn.then(look)
  }, everyMs)
  turn = look()

  return {
    async close() {
      clearInterval(timer)
      await turn
      await write()
      await endGuard(db, id, new Date(clock()))
    },
  }
}
