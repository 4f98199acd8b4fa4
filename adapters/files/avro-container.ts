import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { inflateRawSync, zstdDecompressSync } from 'node:zlib'
import { compressors } from 'hyparquet-compressors'
import { DriftgateError } from '../../contracts/errors.ts'

/** Takes the records of a block: so many, one after the other. It may throw an Error whose message is a clause. */
export type BlockSink = (bytes: Buffer, count: number) => void

type Unpack = (bytes: Buffer) => Buffer

/** Of a block at most: what writers make is some kilobytes to a few megabytes. */
const mostBlock = 256 << 20

/** How a block may be packed, by the name in the file. Of snappy, a checksum of four bytes comes last. */
const codecs: Readonly<Record<string, Unpack>> = {
  null: (bytes) => bytes,
  deflate: (bytes) => inflateRawSync(bytes, { maxOutputLength: mostBlock }),
  zstandard: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: mostBlock }),
  snappy: (bytes) => {
    const length = new Varints(bytes).unsigned()
    if (length === null || length > mostBlock) throw new Error('a block of it is damaged')
    const unpacked = compressors.SNAPPY?.(bytes.subarray(0, -4), length)
    if (unpacked === undefined) throw new Error('a block of it is damaged')
    const { buffer, byteOffset } = unpacked
    return Buffer.from(buffer, byteOffset, length)
  },
}

/**
 * The blocks of an Avro object container file, in their order; `open` is told the schema that stands in it, as text
 * (https://avro.apache.org/docs/1.12.0/specification/#object-container-files). Throws FILE_UNREADABLE.
 */
export async function readAvroContainer(
  path: string,
  open: (schema: string) => BlockSink,
): Promise<void> {
  const file = basename(path)
  try {
    const blocks = new Blocks(open)
    for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) blocks.add(bytes)
    blocks.end()
  } catch (cause) {
    if (cause instanceof DriftgateError) throw cause
    const reason = (cause as Error).message
    throw new DriftgateError('FILE_UNREADABLE', { file, place: '', reason }, { cause })
  }
}

const magic = Buffer.from('Obj\u0001', 'latin1')
const syncBytes = 16

interface Opened {
  readonly sink: BlockSink
  readonly unpack: Unpack
  readonly sync: Buffer
}

/** Takes a file apart as it comes in pieces. */
class Blocks {
  readonly #open: (schema: string) => BlockSink
  #rest: Buffer = Buffer.alloc(0)
  #file: Opened | null = null

  constructor(open: (schema: string) => BlockSink) {
    this.#open = open
  }

  add(piece: Buffer): void {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    while (this.#file === null ? this.#readHead() : this.#readBlock()) {}
  }

  end(): void {
    if (this.#file === null) throw new Error('it is no Avro object container file')
    if (this.#rest.length > 0) throw new Error('its last block is cut off')
  }

  /** False: more bytes are needed. */
  #readHead(): boolean {
    const bytes = this.#rest
    if (!bytes.subarray(0, magic.length).equals(magic.subarray(0, bytes.length))) {
      throw new Error('it is no Avro object container file')
    }
    const at = new Varints(bytes, magic.length)
    const metadata = new Map<string, Buffer>()
    for (;;) {
      const count = at.long()
      if (count === null || (count < 0 && at.long() === null)) return false
      if (count === 0) break
      for (let entry = 0; entry < Math.abs(count); entry++) {
        const [name, value] = [at.bytes(), at.bytes()]
        if (name === null || value === null) return false
        metadata.set(name.toString(), value)
      }
    }
    if (bytes.length < at.at + syncBytes) return false
    const codec = metadata.get('avro.codec')?.toString() ?? 'null'
    const unpack = Object.hasOwn(codecs, codec) ? codecs[codec] : undefined
    if (unpack === undefined) throw new Error(`it is packed with ${codec}, which nobody here reads`)
    const sink = this.#open(metadata.get('avro.schema')?.toString() ?? '')
    this.#file = { sink, unpack, sync: Buffer.from(bytes.subarray(at.at, at.at + syncBytes)) }
    this.#rest = bytes.subarray(at.at + syncBytes)
    return true
  }

  #readBlock(): boolean {
    const { sink, unpack, sync } = this.#file as Opened
    const at = new Varints(this.#rest)
    const [count, size] = [at.long(), at.long()]
    if (count === null || size === null) return false
    if (count < 0 || size < 0 || size > mostBlock) throw new Error('a block of it is damaged')
    const end = at.at + size
    if (this.#rest.length < end + syncBytes) return false
    if (!this.#rest.subarray(end, end + syncBytes).equals(sync)) {
      throw new Error('a block of it is damaged')
    }
    if (count > 0) sink(unpack(this.#rest.subarray(at.at, end)), count)
    this.#rest = this.#rest.subarray(end + syncBytes)
    return true
  }
}

/** Numbers of seven bits a byte, least first; null where the bytes end before the number does. */
class Varints {
  at: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes
    this.at = at
  }

  unsigned(): number | null {
    let value = 0
    for (let place = 1; ; place *= 128) {
      const byte = this.#bytes[this.at]
      if (byte === undefined) return null
      if (place > 2 ** 49) throw new Error('a number of it is too long')
      this.at++
      value += (byte & 127) * place
      if (byte < 128) return value
    }
  }

  /** Zigzag. */
  long(): number | null {
    const value = this.unsigned()
    return value === null ? null : value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  bytes(): Buffer | null {
    const length = this.long()
    if (length === null) return null
    if (length < 0 || length > mostBlock) throw new Error('its head is damaged')
    if (this.#bytes.length < this.at + length) return null
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}
