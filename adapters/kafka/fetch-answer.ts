import type { AbortedTransaction } from './aborted.ts'

/** One partition of a fetch answer, its records still packed. */
export interface AnsweredPartition {
  readonly errorCode: number
  readonly lastStableOffset: string
  readonly abortedTransactions: readonly AbortedTransaction[]
  readonly recordSet: Buffer
}

export interface FetchAnswer {
  readonly clientSideThrottleTime: number
  readonly responses: readonly {
    readonly topicName: string
    readonly partitions: readonly AnsweredPartition[]
  }[]
}

/** Fetch answers of versions 4 to 11 (Kafka protocol), which differ in a few numbers. */
export function readAnswer(bytes: Buffer, version: number): FetchAnswer {
  let at = 0
  const int32 = () => {
    at += 4
    return bytes.readInt32BE(at - 4)
  }
  const int16 = () => {
    at += 2
    return bytes.readInt16BE(at - 2)
  }
  const int64 = () => {
    at += 8
    return String(bytes.readBigInt64BE(at - 8))
  }
  const list = <Item>(item: () => Item): Item[] =>
    Array.from({ length: Math.max(0, int32()) }, () => item())
  const partition = () => {
    // The number of the partition, which is the one that was asked for.
    int32()
    const errorCode = int16()
    // The high watermark.
    int64()
    const lastStableOffset = int64()
    if (version >= 5) int64()
    const abortedTransactions = list(() => ({ producerId: int64(), firstOffset: int64() }))
    if (version >= 11) int32()
    const length = Math.max(0, int32())
    at += length
    const recordSet = bytes.subarray(at - length, at)
    return { errorCode, lastStableOffset, abortedTransactions, recordSet }
  }
  const topic = () => {
    const length = int16()
    at += length
    return { topicName: bytes.toString('utf8', at - length, at), partitions: list(partition) }
  }
  const clientSideThrottleTime = int32()
  // An error of the whole answer and the id of a fetch session, which is not asked for.
  if (version >= 7) at += 6
  return { clientSideThrottleTime, responses: list(topic) }
}
