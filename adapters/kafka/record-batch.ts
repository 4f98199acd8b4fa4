import { damagedBatch, unpack } from './codecs.ts'
import { LogRecord, VarReader } from './log-record.ts'

/** A batch of records as a producer sent it, all of one transaction or of none. */
export interface RecordBatch {
  readonly firstOffset: number
  /** After compaction its record may be gone. */
  readonly lastOffset: number
  /** Of the leader that took it from its producer: it stays with the batch. */
  readonly leaderEpoch: number
  readonly producerId: string
  readonly inTransaction: boolean
  /** Its one record ends a transaction and is nobody's data. */
  readonly isControl: boolean
  readonly records: readonly LogRecord[]
}

/** Before the records: offsets, attributes, times, producer (Kafka protocol, record batch of magic 2). */
const headerBytes = 61
/** What `length` counts begins here. */
const lengthBytes = 12
const flags = { codec: 0x07, appendTime: 0x08, transactional: 0x10, control: 0x20 } as const

/** The first offset of a record set and the epoch of the leader that took it; null: it holds no batch. KAFKA_BATCH_DAMAGED. */
export function firstBatch(bytes: Buffer): Pick<RecordBatch, 'firstOffset' | 'leaderEpoch'> | null {
  if (bytes.length < headerBytes) return null
  if (bytes[16] !== 2) throw damagedBatch(0)
  return { firstOffset: int64(bytes, 0), leaderEpoch: bytes.readInt32BE(12) }
}

/** The whole batches of a record set; the last one of an answer may be cut off. KAFKA_BATCH_DAMAGED. */
export async function recordBatches(bytes: Buffer): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = []
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const end = at + lengthBytes + bytes.readInt32BE(at + 8)
    if (end > bytes.length) break
    if (end < at + headerBytes || bytes[at + 16] !== 2) throw damagedBatch(0)
    batches.push(await batchOf(bytes.subarray(at, end)))
    at = end
  }
  return batches
}

async function batchOf(batch: Buffer): Promise<RecordBatch> {
  const firstOffset = int64(batch, 0)
  const attributes = batch.readInt16BE(21)
  const count = batch.readInt32BE(57)
  const packed = batch.subarray(headerBytes)
  const codec = attributes & flags.codec
  return {
    firstOffset,
    lastOffset: firstOffset + batch.readInt32BE(23),
    leaderEpoch: batch.readInt32BE(12),
    producerId: String(batch.readBigInt64BE(43)),
    inTransaction: (attributes & flags.transactional) !== 0,
    isControl: (attributes & flags.control) !== 0,
    records:
      count > 0
        ? recordsOf(codec === 0 ? packed : await unpack(packed, codec), count, {
            firstOffset,
            firstMs: int64(batch, 27),
            // The broker's clock has one time for the whole batch.
            appendedMs: (attributes & flags.appendTime) !== 0 ? int64(batch, 35) : null,
            codec,
          })
        : [],
  }
}

interface BatchTimes {
  readonly firstOffset: number
  readonly firstMs: number
  readonly appendedMs: number | null
  readonly codec: number
}

function recordsOf(
  bytes: Buffer,
  count: number,
  { firstOffset, firstMs, appendedMs, codec }: BatchTimes,
): LogRecord[] {
  const reader = new VarReader(bytes, 0)
  const records: LogRecord[] = []
  for (let i = 0; i < count; i++) {
    const length = reader.number()
    const end = reader.at + length
    if (!(length > 0 && end <= bytes.length)) throw damagedBatch(codec)
    // The attributes of a record are not in use.
    reader.at++
    const later = reader.number()
    const offset = firstOffset + reader.number()
    const keyAt = reader.at
    const keyLength = reader.number()
    if (keyLength > 0) reader.at += keyLength
    const valueLength = reader.number()
    const from = reader.at
    const headersAt = valueLength > 0 ? from + valueLength : from
    if (!(headersAt <= end)) throw damagedBatch(codec)
    const timestampMs = appendedMs ?? firstMs + later
    const valueEnd = valueLength < 0 ? from - 1 : headersAt
    records.push(new LogRecord(bytes, { offset, timestampMs, keyAt, from, end: valueEnd }))
    reader.at = end
  }
  return records
}

/** Exact below 2^53, beyond it the nearest double. */
const int64 = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
