import { keepHouse } from '../../activities/housekeeping.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import type { Settings } from '../../contracts/config.ts'

/** What the test that starts this process tells it, as JSON in the only argument. */
export interface HousekeepingChildInput {
  readonly database: string
  /** Parsed already. */
  readonly settings: Settings
  readonly now: number
  /** It dies by SIGKILL at this statement, once it came by `after` times; and whether before or after it. */
  readonly die: { readonly at: string; readonly after: number; readonly afterwards: boolean }
}

/** A round of housekeeping in a process of its own, so that it can be killed. */
const input = JSON.parse(process.argv[2] ?? '') as HousekeepingChildInput
const db = openPool(input.database, { max: 1 })
let passed = 0
db.on('connect', (client) => {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((...args: unknown[]) => {
    const hit = typeof args[0] === 'string' && args[0].trimStart().startsWith(input.die.at)
    const strike = () => {
      if (passed++ >= input.die.after) process.kill(process.pid, 'SIGKILL')
    }
    if (hit && !input.die.afterwards) strike()
    const result = query(...args)
    if (hit && input.die.afterwards) return (result as Promise<unknown>).finally(strike)
    return result
  }) as typeof client.query
})
await keepHouse({
  db,
  settings: async () => ({ settings: input.settings }),
  clock: () => input.now,
})
await db.end()
