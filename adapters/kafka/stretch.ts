import { DriftgateError } from '../../contracts/errors.ts'
import { type AbortedTransaction, committedRecords } from './aborted.ts'
import type { AnsweredPartition } from './fetch-answer.ts'
import type { LogBatch, ReadInput } from './log.ts'
import type { FetchInput } from './log-client.ts'
import type { LogRecord } from './log-record.ts'
import { pause } from './patience.ts'
import { type RecordBatch, recordBatches } from './record-batch.ts'

/** Answers in a row without any record below the last stable offset that are waited through. */
const mostEmptyAnswers = 20
/** Asked for after an empty answer: batches that compaction emptied may lie before the next record. */
const wideBytes = 16 << 20

export interface FetchedPartition {
  readonly batches: readonly RecordBatch[]
  readonly lastStableOffset: string
  readonly abortedTransactions: readonly AbortedTransaction[]
}

export const unpackedAnswer = async (answer: AnsweredPartition): Promise<FetchedPartition> => ({
  ...answer,
  batches: await recordBatches(answer.recordSet),
})

type Fetch = (input: FetchInput, signal?: AbortSignal) => Promise<FetchedPartition | null>

/** Fetches until the stretch or the log ends. Errors: as of `KafkaLog.read`. */
export async function* readStretch(fetch: Fetch, input: ReadInput): AsyncGenerator<LogBatch> {
  const { topic, partition, to, maxBytes = 1 << 20, signal } = input
  let next = input.from
  let empty = 0
  while (next < to) {
    const bytes = empty === 0 ? maxBytes : wideBytes
    const asked = { topic, partition, offset: next, maxBytes: bytes, maxWaitMs: 500 }
    const answer = await fetch(asked, signal)
    const stretch = { topic, partition, from: String(next), to: String(to) }
    if (answer === null) throw new DriftgateError('KAFKA_OFFSET_LOST', stretch)
    const passed = offsetAfter(answer.batches)
    if (passed === null || passed <= next) {
      if (next >= BigInt(answer.lastStableOffset)) return
      // A quota holds data back, a remote segment is being fetched: nothing is ever skipped for it.
      if (++empty > mostEmptyAnswers) throw new DriftgateError('KAFKA_ANSWER_EMPTY', stretch)
      await pause(100, signal)
      continue
    }
    empty = 0
    const from = next
    next = smaller(passed, to)
    const records = committedRecords(answer.batches, answer.abortedTransactions)
    yield { records: within(records, Number(from), Number(next)), next }
  }
}

/**
 * Where the answer ends: after its last batch, not its last record, since compaction takes records out of a batch
 * and leaves it its offsets. Control records count here.
 */
function offsetAfter(batches: readonly RecordBatch[]): bigint | null {
  const last = batches.at(-1)
  return last === undefined ? null : BigInt(last.lastOffset) + 1n
}

/** An answer begins at the start of a batch and ends with one: what lies outside the stretch is left out. */
function within(records: readonly LogRecord[], from: number, end: number): readonly LogRecord[] {
  const [first, last] = [records[0], records.at(-1)]
  if (first === undefined || last === undefined) return records
  if (first.offsetNumber >= from && last.offsetNumber < end) return records
  return records.filter(({ offsetNumber }) => offsetNumber >= from && offsetNumber < end)
}

const smaller = (left: bigint, right: bigint): bigint => (left > right ? right : left)
