import { finishErasure } from '../../activities/finish-erasure.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { beginErasure } from '../../gateway/erase-prediction.ts'

/** What the test that starts this process tells it, as JSON in the only argument. */
export interface ErasureChildInput {
  readonly database: string
  readonly model: string
  readonly id: string
  /** It dies by SIGKILL before this statement, counted from 0. */
  readonly dieAt: number
}

/** An erasure from its beginning to its end in a process of its own, so that it can be killed. */
const input = JSON.parse(process.argv[2] ?? '') as ErasureChildInput
const db = openPool(input.database, { max: 1 })
let passed = 0
db.on('connect', (client) => {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((...args: unknown[]) => {
    if (passed++ === input.dieAt) process.kill(process.pid, 'SIGKILL')
    return query(...args)
  }) as typeof client.query
})
const { model, id } = input
const asked = { model, id, person: 'p', name: 'P', reason: 'asked for', at: new Date() }
const erasure = await beginErasure(db, asked)
await finishErasure({ db }, { model, erasure })
await db.end()
