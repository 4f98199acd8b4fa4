import { promisify } from 'node:util'
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib'
import {
  lz4Compress,
  lz4Decompress,
  snappyCompress,
  snappyDecompress,
} from '@platformatic/wasm-utils'
import kafkajs from 'kafkajs'
import { DriftgateError } from '../../contracts/errors.ts'
import { xerialBlocks } from './xerial.ts'

const { CompressionTypes } = kafkajs
const known = kafkajs.CompressionCodecs as Record<number, () => object>

type Convert = (bytes: Buffer) => Buffer | Promise<Buffer>

/** By the number that a batch carries: every codec that a producer can choose. gzip and zstd come with Node. */
const codecs: readonly [type: number, name: string, compress: Convert, decompress: Convert][] = [
  [
    CompressionTypes.GZIP,
    'gzip',
    promisify<Buffer, Buffer>(gzip),
    promisify<Buffer, Buffer>(gunzip),
  ],
  [CompressionTypes.Snappy, 'snappy', snappyCompress, unsnappy],
  [CompressionTypes.LZ4, 'lz4', lz4Compress, lz4Decompress],
  [
    CompressionTypes.ZSTD,
    'zstd',
    promisify<Buffer, Buffer>(zstdCompress),
    promisify<Buffer, Buffer>(zstdDecompress),
  ],
]

/** Java clients put snappy blocks into a frame of their own, others send one block. */
function unsnappy(bytes: Buffer): Buffer {
  const blocks = xerialBlocks(bytes)
  return blocks === null ? snappyDecompress(bytes) : Buffer.concat(blocks.map(snappyDecompress))
}

/** Tells kafkajs how to read and write them. A batch that does not decompress is KAFKA_BATCH_DAMAGED. */
export function registerCodecs(): void {
  for (const [type, codec, compress, decompress] of codecs) {
    known[type] = () => ({
      compress: async (encoder: { buffer: Buffer }) => compress(encoder.buffer),
      decompress: async (bytes: Buffer) => {
        let records: Buffer
        try {
          records = await decompress(bytes)
        } catch (cause) {
          throw new DriftgateError('KAFKA_BATCH_DAMAGED', { codec }, { cause })
        }
        // kafkajs asks only for batches with records.
        if (records.length === 0) throw new DriftgateError('KAFKA_BATCH_DAMAGED', { codec })
        return records
      },
    })
  }
}
