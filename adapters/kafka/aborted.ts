import type { LogRecord } from './log-record.ts'
import type { RecordBatch } from './record-batch.ts'

/** A transaction of the answer that was aborted, and the offset of its first record. */
export interface AbortedTransaction {
  readonly producerId: string
  readonly firstOffset: string
}

/** Type of the control record that ends an aborted transaction (KIP-98). */
const abortType = 0

/**
 * The records of a `read_committed` answer without control records and without those of aborted transactions, in
 * offset order. The broker only names the aborted ones: leaving them out is the client's part. A producer's batches
 * count as aborted from the first offset named for it up to its next abort marker.
 */
export function committedRecords(
  batches: readonly RecordBatch[],
  aborted: readonly AbortedTransaction[],
): readonly LogRecord[] {
  const waiting = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, first: Number(firstOffset) }))
    .sort((left, right) => left.first - right.first)
  const open = new Set<string>()
  let opened = 0
  const kept = batches.filter(({ lastOffset, producerId, inTransaction, isControl, records }) => {
    for (let next = waiting[opened]; next && next.first <= lastOffset; next = waiting[opened]) {
      open.add(next.producerId)
      opened++
    }
    if (isControl) {
      if (controlType(records[0]?.key ?? null) === abortType) open.delete(producerId)
      return false
    }
    return !(inTransaction && open.has(producerId))
  })
  return kept.length === 1 ? (kept[0] as RecordBatch).records : kept.flatMap((one) => one.records)
}

/** A control record's key holds its version and its type, both int16. */
const controlType = (key: Buffer | null): number | null =>
  key !== null && key.length >= 4 ? key.readInt16BE(2) : null
