import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import kafkajs from 'kafkajs'
import Decoder from 'kafkajs/src/protocol/decoder.js'
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js'
import decodeRecords from 'kafkajs/src/protocol/recordBatch/v0/decoder.js'
import encodeBatch from 'kafkajs/src/protocol/recordBatch/v0/index.js'
import '../../../adapters/kafka/cluster.ts'
import { recordBatches } from '../../../adapters/kafka/record-batch.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { mulberry32 } from '../../support/mulberry32.ts'

const { CompressionTypes } = kafkajs

interface Written {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: number
  readonly headers: Readonly<Record<string, Buffer | Buffer[]>>
}

/** A batch as kafkajs sends it. */
async function batchOf(records: readonly Written[], firstOffset: number, compression = 0) {
  const first = Math.min(...records.map(({ timestamp }) => timestamp))
  const { buffer } = await encodeBatch.RecordBatch({
    compression,
    firstOffset,
    firstTimestamp: first,
    maxTimestamp: Math.max(...records.map(({ timestamp }) => timestamp)),
    lastOffsetDelta: records.length - 1,
    records: records.map(({ timestamp, ...rest }, offsetDelta) =>
      encodeRecord({ ...rest, offsetDelta, timestampDelta: timestamp - first }),
    ),
  })
  return buffer
}

function randomRecords(next: () => number, count: number): Written[] {
  const bytes = (longest: number) => {
    const length = Math.floor(next() * longest)
    return next() < 0.1 ? null : Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)))
  }
  return Array.from({ length: count }, () => ({
    key: bytes(20),
    value: bytes(next() < 0.1 ? 20_000 : 200),
    timestamp: Date.UTC(2026, 0, 1) + Math.floor(next() * 10 ** Math.floor(next() * 12)),
    headers:
      next() < 0.5
        ? {}
        : { 'ce-id': Buffer.from('x'), twice: [Buffer.from('1'), Buffer.from('2')] },
  }))
}

describe('record batches', () => {
  test('hold what kafkajs finds in them, whatever the codec', async () => {
    const next = mulberry32(21)
    for (const compression of [
      0,
      CompressionTypes.GZIP,
      CompressionTypes.ZSTD,
      CompressionTypes.LZ4,
    ]) {
      for (let round = 0; round < 10; round++) {
        const firstOffset = Math.floor(next() * 2 ** 40)
        const bytes = await batchOf(randomRecords(next, 1 + round * 20), firstOffset, compression)
        const expected = await decodeRecords(new Decoder(bytes))
        const [found, ...others] = await recordBatches(bytes)
        assert.ok(found !== undefined && others.length === 0)
        assert.equal(String(found.firstOffset), expected.firstOffset)
        assert.equal(found.lastOffset - found.firstOffset, expected.lastOffsetDelta)
        assert.equal(found.producerId, expected.producerId)
        assert.deepEqual(
          found.records.map(({ offset, timestampMs, key, value, headers }) => {
            return { offset, timestamp: String(timestampMs), key, value, headers: { ...headers } }
          }),
          expected.records.map(({ offset, timestamp, key, value, headers }) => {
            return { offset, timestamp, key, value, headers }
          }),
        )
      }
    }
  })

  test('end where the answer cuts one off', async () => {
    const next = mulberry32(22)
    const [one, two] = [
      await batchOf(randomRecords(next, 3), 0),
      await batchOf(randomRecords(next, 3), 3),
    ]
    const both = Buffer.concat([one, two])
    for (let end = 0; end <= both.length; end++) {
      const batches = await recordBatches(both.subarray(0, end))
      assert.equal(batches.length, end < one.length ? 0 : end < both.length ? 1 : 2)
    }
  })

  test('whose lengths are wrong are damaged or read as something, never without end', async () => {
    const next = mulberry32(23)
    let damaged = 0
    for (let round = 0; round < 2_000; round++) {
      const bytes = Buffer.from(await batchOf(randomRecords(next, 4), 0))
      bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256)
      try {
        await recordBatches(bytes)
      } catch (error) {
        assert.ok(
          error instanceof DriftgateError && error.code === 'KAFKA_BATCH_DAMAGED',
          String(error),
        )
        damaged++
      }
    }
    assert.ok(damaged > 20, `${damaged} were damaged`)
  })
})
