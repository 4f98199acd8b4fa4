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

type Convert = (bytes: Buffer) => Buffer | Promise<Buffer>

interface Codec {
  readonly type: number
  readonly name: string
  readonly compress: Convert
  readonly decompress: Convert
}

/** Every codec that a producer can choose, by the number that a batch carries. gzip and zstd come with Node. */
const codecs: readonly Codec[] = [
  {
    ...{ type: 1, name: 'gzip' },
    compress: promisify<Buffer, Buffer>(gzip),
    decompress: promisify<Buffer, Buffer>(gunzip),
  },
  { type: 2, name: 'snappy', compress: snappyCompress, decompress: unsnappy },
  { type: 3, name: 'lz4', compress: lz4Compress, decompress: lz4Decompress },
  {
    ...{ type: 4, name: 'zstd' },
    compress: promisify<Buffer, Buffer>(zstdCompress),
    decompress: promisify<Buffer, Buffer>(zstdDecompress),
  },
]

/** Java clients put snappy blocks into a frame of their own, others send one block. */
function unsnappy(bytes: Buffer): Buffer {
  const blocks = xerialBlocks(bytes)
  return blocks === null ? snappyDecompress(bytes) : Buffer.concat(blocks.map(snappyDecompress))
}

/** The records of a batch; only batches with records are asked for. KAFKA_BATCH_DAMAGED. */
export async function unpack(bytes: Buffer, type: number): Promise<Buffer> {
  const codec = codecs.find((one) => one.type === type)
  if (codec === undefined) throw damagedBatch(type)
  let records: Buffer
  try {
    records = await codec.decompress(bytes)
  } catch (cause) {
    throw damagedBatch(type, cause)
  }
  if (records.length === 0) throw damagedBatch(type)
  return records
}

/** `type`: of the codec; 0: there is none. */
export function damagedBatch(type: number, cause?: unknown): DriftgateError {
  const named = codecs.find((one) => one.type === type)?.name
  const codec = named ?? (type === 0 ? 'uncompressed' : `codec ${type}`)
  return new DriftgateError('KAFKA_BATCH_DAMAGED', { codec }, { cause })
}

/** Tells kafkajs how to write them, and to read them where it still does by itself. */
export function registerCodecs(): void {
  const known = kafkajs.CompressionCodecs as Record<number, () => object>
  for (const { type, compress } of codecs) {
    known[type] = () => ({
      compress: async (encoder: { buffer: Buffer }) => compress(encoder.buffer),
      decompress: (bytes: Buffer) => unpack(bytes, type),
    })
  }
}
