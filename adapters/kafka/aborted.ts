import type { RawMessage } from './cluster.ts'

/** A transaction of the answer that was aborted, and the offset of its first record. */
export interface AbortedTransaction {
  readonly producerId: string
  readonly firstOffset: string
}

/** Type of the control record that ends an aborted transaction (KIP-98). */
const abortType = 0

/**
 * The records of a `read_committed` answer without control records and without those of aborted transactions, in
 * offset order. The broker only names the aborted ones: leaving them out is the client's part. A producer's records
 * count as aborted from the first offset named for it up to its next abort marker.
 *
 * Written anew because kafkajs' own filter opens at most one transaction per record, so that a fetch that begins
 * inside several of them lets aborted records through, and takes any key of four zero bytes for an abort marker.
 */
export function committedRecords(
  messages: readonly RawMessage[],
  aborted: readonly AbortedTransaction[] | null,
): RawMessage[] {
  if (aborted === null || aborted.length === 0) {
    return messages.filter(({ isControlRecord }) => !isControlRecord)
  }
  const waiting = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, first: BigInt(firstOffset) }))
    .sort((left, right) => (left.first < right.first ? -1 : left.first > right.first ? 1 : 0))
  const open = new Set<string>()
  let opened = 0
  return messages.filter((message) => {
    const { producerId, inTransaction } = message.batchContext
    const offset = BigInt(message.offset)
    for (let next = waiting[opened]; next && next.first <= offset; next = waiting[opened]) {
      open.add(next.producerId)
      opened++
    }
    if (message.isControlRecord) {
      if (controlType(message.key) === abortType) open.delete(producerId)
      return false
    }
    return !(inTransaction && open.has(producerId))
  })
}

/** A control record's key holds its version and its type, both int16. */
const controlType = (key: Buffer | null): number | null =>
  key !== null && key.length >= 4 ? key.readInt16BE(2) : null
