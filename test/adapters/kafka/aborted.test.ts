import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { committedRecords } from '../../../adapters/kafka/aborted.ts'
import { LogRecord } from '../../../adapters/kafka/log-record.ts'
import type { RecordBatch } from '../../../adapters/kafka/record-batch.ts'

/** A batch of one record. */
const record = (offset: number, producerId: string, key: Buffer | null = null): RecordBatch => {
  const value = Buffer.from(`${offset}`)
  // The key with its length before it, twice what it is; the value; no header.
  const bytes = Buffer.concat([
    Buffer.from([key === null ? 1 : key.length * 2]),
    key ?? Buffer.alloc(0),
    value,
    Buffer.from([0]),
  ])
  const end = bytes.length - 1
  const place = { offset, timestampMs: 0, keyAt: 0, from: end - value.length, end }
  return {
    firstOffset: offset,
    lastOffset: offset,
    producerId,
    inTransaction: producerId !== '-1',
    isControl: false,
    leaderEpoch: 0,
    records: [new LogRecord(bytes, place)],
  }
}
const marker = (offset: number, producerId: string, type: 0 | 1): RecordBatch => ({
  ...record(offset, producerId, Buffer.from([0, 0, 0, type])),
  isControl: true,
  leaderEpoch: 0,
})
const kept = (batches: RecordBatch[], aborted: [string, number][]) =>
  committedRecords(
    batches,
    aborted.map(([producerId, first]) => ({ producerId, firstOffset: String(first) })),
  ).map(({ offset }) => Number(offset))

describe('records of a read_committed answer', () => {
  test('are all but the control records when nothing was aborted', () => {
    const messages = [record(0, '7'), marker(1, '7', 1), record(2, '-1')]
    assert.deepEqual(kept(messages, []), [0, 2])
  })

  test('leave out a producer from its first aborted offset to its abort marker', () => {
    const messages = [record(0, '7'), marker(1, '7', 1), record(2, '7'), record(3, '8')]
    const end = [marker(4, '7', 0), record(5, '7'), marker(6, '8', 1)]
    assert.deepEqual(kept([...messages, ...end], [['7', 2]]), [0, 3, 5])
  })

  test('leave out several transactions that were open before the answer begins', () => {
    const messages = [record(10, '8'), record(11, '7'), record(12, '9'), marker(13, '8', 0)]
    assert.deepEqual(
      kept(messages, [
        ['8', 3],
        ['7', 2],
      ]),
      [12],
    )
  })

  test('outside a transaction belong to nobody who aborts', () => {
    assert.deepEqual(kept([record(0, '-1'), record(1, '7')], [['7', 0]]), [0])
  })

  test('with a key that looks like an abort marker end nothing', () => {
    const zeros = record(1, '7', Buffer.from([0, 0, 0, 0]))
    assert.deepEqual(kept([record(0, '7'), zeros, record(2, '7')], [['7', 0]]), [])
  })
})
