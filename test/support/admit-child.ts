import { setTimeout as sleep } from 'node:timers/promises'
import { type Asking, admitRetraining } from '../../activities/admit-retraining.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { settingsSchema } from '../../contracts/config.ts'

/** What the test that starts this process tells it, as JSON in the only argument. */
export interface AdmitChildInput {
  readonly database: string
  /** As written. */
  readonly settings: unknown
  readonly asking: Asking
  readonly nowMs: number
  /** Where it dies by SIGKILL. */
  readonly die: 'before commit' | 'after commit'
}

/** Asks whether a retraining may start, in a process of its own, so that it can be killed while it holds the answer. */
const input = JSON.parse(process.argv[2] ?? '') as AdmitChildInput
const db = openPool(input.database)
await admitRetraining(
  {
    db,
    clock: () => input.nowMs,
    onReserved: async () => {
      if (input.die !== 'before commit') return
      // It dies while others already wait for their turn.
      console.log('reserved')
      await sleep(1_000)
      process.kill(process.pid, 'SIGKILL')
    },
  },
  settingsSchema.parse(input.settings),
  input.asking,
)
process.kill(process.pid, 'SIGKILL')
