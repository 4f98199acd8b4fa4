import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { createGunzip } from 'node:zlib'
import { DriftgateError } from '../../contracts/errors.ts'
import { csvReader } from './csv.ts'
import { jsonLinesReader, jsonObjectsReader } from './json-lines.ts'
import { readParquet } from './parquet.ts'
import { type Cell, type RowSink, valueOfText } from './table.ts'

interface TextReader {
  add(piece: string): void
  /** The names of the columns. */
  end(): readonly string[]
}

/** What reads the text of a file; Parquet has rows of its own. */
interface Readers {
  readonly csv: (file: string) => TextReader
  readonly jsonLines: (file: string) => TextReader
  readonly parquet: RowSink
}

/** By the end of the name, in small letters. */
const formats = {
  csv: 'csv',
  tsv: 'csv',
  jsonl: 'jsonLines',
  ndjson: 'jsonLines',
  parquet: 'parquet',
} as const

/**
 * Every row of a file of CSV, JSON lines or Parquet, the first two also compressed (`.gz`), streaming. Gives the
 * names of the columns, which are there without a row too. Throws
 * FILE_NOT_FOUND, FILE_FORMAT_UNKNOWN, and FILE_UNREADABLE with the place.
 */
export const readRows = (path: string, sink: RowSink): Promise<readonly string[]> =>
  readFile(path, {
    csv: (file) => csvReader(file, sink),
    jsonLines: (file) => jsonLinesReader(file, sink),
    parquet: sink,
  })

/**
 * Every record of such a file: an object of JSON lines as it is, a row of the others with a member for each column
 * that has a value; text of CSV is a number, a truth value or a text. Errors as above.
 */
export async function readRecords(path: string, sink: (record: object) => void): Promise<void> {
  const rows =
    (read: (cell: Cell) => unknown): RowSink =>
    (names, cells) =>
      sink(Object.fromEntries(names.map((name, index) => [name, read(cells[index])])))
  await readFile(path, {
    csv: (file) => csvReader(file, rows(valueOfText)),
    jsonLines: (file) => jsonObjectsReader(file, sink),
    parquet: rows((cell) => cell),
  })
}

/** Whether a file is an Avro object container by its name, whose records only a decoder reads. Throws FILE_NOT_FOUND. */
export function isAvroFile(path: string): boolean {
  if (!path.toLowerCase().endsWith('.avro')) return false
  checkFile(path)
  return true
}

async function readFile(path: string, readers: Readers): Promise<readonly string[]> {
  const file = basename(path)
  const [, format, gz] = /\.([a-z]+)(\.gz)?$/.exec(file.toLowerCase()) ?? []
  const form = Object.hasOwn(formats, format ?? '')
    ? formats[format as keyof typeof formats]
    : undefined
  checkFile(path)
  if (form === undefined || (form === 'parquet' && gz !== undefined)) {
    throw new DriftgateError('FILE_FORMAT_UNKNOWN', { file })
  }
  if (form === 'parquet') return readParquet(path, file, readers.parquet)
  const reader = readers[form](file)
  // It takes a byte order mark away, and refuses what is not UTF-8.
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const bytes of bytesOf(path, gz !== undefined)) {
      reader.add(decoder.decode(bytes, { stream: true }))
    }
    reader.add(decoder.decode())
    return reader.end()
  } catch (cause) {
    if (cause instanceof DriftgateError) throw cause
    const invalid = cause instanceof TypeError && 'code' in cause
    const reason = invalid ? 'it is not UTF-8' : (cause as Error).message
    throw new DriftgateError('FILE_UNREADABLE', { file, place: '', reason }, { cause })
  }
}

/** `sha256:` and the digest of the bytes of a file. */
export async function fileDigest(path: string): Promise<string> {
  checkFile(path)
  const hash = createHash('sha256')
  for await (const bytes of bytesOf(path, false)) hash.update(bytes)
  return `sha256:${hash.digest('hex')}`
}

/** Throws FILE_OTHER for a file whose bytes have another SHA-256 than the one given, in hexadecimal. */
export async function checkDigest(path: string, sha256: string): Promise<void> {
  const found = (await fileDigest(path)).replace('sha256:', '')
  if (found === sha256) return
  throw new DriftgateError('FILE_OTHER', { file: basename(path), found, wanted: sha256 })
}

async function* bytesOf(path: string, compressed: boolean): AsyncGenerator<Buffer> {
  const raw = createReadStream(path, { highWaterMark: 1 << 20 })
  if (!compressed) return yield* raw
  const plain = createGunzip({ chunkSize: 1 << 18 })
  raw.on('error', (error) => plain.destroy(error))
  yield* raw.pipe(plain)
}

function checkFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile()) return
  if (found === undefined) throw new DriftgateError('FILE_NOT_FOUND', { file: path })
  throw new DriftgateError('FILE_UNREADABLE', { file: path, place: '', reason: 'it is no file' })
}
