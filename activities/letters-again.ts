import type { KafkaLog } from '../adapters/kafka/log.ts'
import type { LoggedRecord } from '../adapters/kafka/log-record.ts'
import { DriftgateError } from '../contracts/errors.ts'

/** Offsets further apart than this are fetched apart. */
const farApart = 2_000n

export interface WantedRecords {
  readonly topic: string
  readonly partition: number
  /** In ascending order. */
  readonly offsets: readonly bigint[]
}

/** The records at these offsets that are still in the log, in ascending order. */
export async function* lettersAgain(
  log: KafkaLog,
  { offsets, ...place }: WantedRecords,
  signal?: AbortSignal,
): AsyncGenerator<LoggedRecord> {
  for (const run of runsOf(offsets)) yield* recordsAt(log, { ...place, offsets: run }, signal)
}

/** Offsets in ascending order, split where they are far apart. */
function runsOf(offsets: readonly bigint[]): bigint[][] {
  const runs: bigint[][] = []
  for (const offset of offsets) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run === undefined || last === undefined || offset - last > farApart) runs.push([offset])
    else run.push(offset)
  }
  return runs
}

async function* recordsAt(
  log: KafkaLog,
  wanted: WantedRecords,
  signal?: AbortSignal,
): AsyncGenerator<LoggedRecord> {
  const { topic, partition, offsets } = wanted
  const [first, last] = [offsets[0], offsets.at(-1)]
  if (first === undefined || last === undefined) return
  const stretch = { topic, partition, from: first, to: last + 1n }
  const at = new Set(offsets)
  try {
    for await (const { records } of log.read({ ...stretch, ...(signal && { signal }) })) {
      for (const record of records) if (at.has(BigInt(record.offset))) yield record
    }
  } catch (error) {
    if (!(error instanceof DriftgateError) || error.code !== 'KAFKA_OFFSET_LOST') throw error
    const low = (await log.offsets(topic)).find((entry) => entry.partition === partition)?.low ?? 0n
    const left = offsets.filter((offset) => offset >= low)
    // What is not left is gone; a log that has become shorter holds none of them.
    if (left.length < offsets.length) yield* recordsAt(log, { ...wanted, offsets: left }, signal)
  }
}
