import type pg from 'pg'
import type { KafkaLog, LogBatch, ReadInput } from '../../adapters/kafka/log.ts'

/** Moments around the external effects of one slice. */
export const scanPhases = {
  /** Records are read, nothing is written. */
  reading: null,
  /** The transaction is open, nothing in it has happened. */
  'transaction open': /^begin/,
  /** The head has moved inside the transaction, the parts are not there yet. */
  'head moved': /^\s*insert into ledger_slices/,
  /** Everything is written inside the transaction, nothing is committed. */
  'before commit': /^commit/,
  /** Committed; the process never learns of it. */
  'after commit': /^commit/,
} as const
export type ScanPhase = keyof typeof scanPhases

interface World {
  readonly db: pg.Pool
  readonly log: KafkaLog
}

/** The same outside world, but this process kills itself when it comes by a phase for the `after + 1`-th time. */
export function dieInPhase(
  world: World,
  { phase, after }: { phase: ScanPhase; after: number },
): World {
  let passed = 0
  const comeBy = () => {
    if (passed++ >= after) process.kill(process.pid, 'SIGKILL')
  }
  const statement = scanPhases[phase]
  if (statement === null) return { db: world.db, log: watchedLog(world.log, comeBy) }
  const { db } = world
  const connect = db.connect.bind(db) as () => Promise<pg.PoolClient>
  const watched = new WeakSet<pg.PoolClient>()
  const connectWatched = async () => {
    const client = await connect()
    if (!watched.has(client)) watch(client, statement, phase === 'after commit', comeBy)
    watched.add(client)
    return client
  }
  // `pool.query` connects by a callback: it is left alone, only transactions are watched.
  db.connect = ((callback?: never) =>
    callback === undefined
      ? connectWatched()
      : (connect as (callback: never) => unknown)(callback)) as typeof db.connect
  return { db, log: world.log }
}

function watch(
  client: pg.PoolClient,
  statement: RegExp,
  afterwards: boolean,
  comeBy: () => void,
): void {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
  client.query = (async (...args: unknown[]) => {
    const matches = typeof args[0] === 'string' && statement.test(args[0])
    if (matches && !afterwards) comeBy()
    const result = await query(...args)
    if (matches && afterwards) comeBy()
    return result
  }) as typeof client.query
}

function watchedLog(log: KafkaLog, comeBy: () => void): KafkaLog {
  async function* read(input: ReadInput): AsyncGenerator<LogBatch> {
    for await (const batch of log.read(input)) {
      comeBy()
      yield batch
    }
  }
  return { ...log, read }
}
