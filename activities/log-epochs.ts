import { marksOf, setMark } from '../adapters/postgres/log-marks.ts'
import type { Reading } from '../adapters/postgres/readings.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ScanDeps } from './scan-deps.ts'
import { severalAtOnce } from './several-at-once.ts'

type Deps = Pick<ScanDeps, 'db' | 'log'>
type Read = Pick<Reading, 'id' | 'topic'>

/** Each answer is a whole batch of records, of up to a megabyte. */
const askedAtOnce = 4

/**
 * Asked before a window is planned, and of one partition after records were read and before they count. A log that was
 * cut back below what was read, and has grown past it since, has a record of a later leader where the last one was
 * read. Throws KAFKA_LOG_REWRITTEN, KAFKA_UNREACHABLE (retryable).
 */
export async function mustGoOn({ db, log }: Deps, reading: Read, only?: number): Promise<void> {
  const { topic } = reading
  const asked = [...(await marksOf(db, reading.id))].filter(
    ([partition]) => only === undefined || only === partition,
  )
  if (asked.length === 0) return
  // One request for all of them; only where it does not settle it is a batch of records looked at.
  const same = await log.unchanged(topic, new Map(asked))
  const marks = asked.filter(([partition]) => !same.has(partition))
  const epochs = await severalAtOnce(marks, askedAtOnce, ([partition, { offset }]) =>
    log.epochAt(topic, partition, offset),
  )
  for (const [index, [partition, { offset, epoch: known }]] of marks.entries()) {
    const found = epochs[index] ?? null
    // Not there: retention or compaction took it.
    if (found === null || found === known) continue
    const details = { topic, partition, offset: String(offset), found, known }
    throw new DriftgateError('KAFKA_LOG_REWRITTEN', details)
  }
}

/** Marks the last record that was read; where it is not there any more the mark before stays. */
export async function markHead(
  deps: Deps,
  reading: Read,
  partition: number,
  head: bigint,
): Promise<void> {
  const before = (await marksOf(deps.db, reading.id)).get(partition)
  const offset = head - 1n
  if (offset < 0n || before?.offset === offset) return
  const epoch = await deps.log.epochAt(reading.topic, partition, offset)
  if (epoch !== null) await setMark(deps.db, reading.id, partition, { offset, epoch })
}
