import type { Binning } from '../contracts/binning.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { binningDigest } from './digest.ts'
import {
  type CategoricalCounts,
  createProfile,
  type NumericCounts,
  type Profile,
} from './profile.ts'
import { keptUnseen } from './unseen.ts'
import { WideSums } from './wide-sums.ts'

const magic = 'DGPF'
const layout = 1
const kinds = { numeric: 1, categorical: 2 } as const

/**
 * The bytes of a profile, layout 1, little endian; `docs/reference/profile-layout.md` has the table. Equal counts
 * give equal bytes, in TypeScript and in Python.
 */
export function encodeProfile(profile: Profile): Uint8Array {
  const writer = new ByteWriter()
  writer.ascii(magic)
  writer.uint16(layout)
  writer.uint16(0)
  writer.bytes(Buffer.from(binningDigest(profile.binning), 'hex'))
  writer.uvarint(profile.rows)
  writer.uvarint(profile.features.length)
  for (const feature of profile.features) {
    writer.uint8(kinds[feature.kind])
    if (feature.kind === 'numeric') writeNumeric(writer, feature)
    else writeCategorical(writer, feature)
  }
  return writer.finish()
}

function writeNumeric(writer: ByteWriter, counts: NumericCounts): void {
  writer.uvarint(counts.missing)
  writer.uvarint(counts.nan)
  writer.uvarint(counts.positiveInfinity)
  writer.uvarint(counts.negativeInfinity)
  writer.uvarint(counts.below)
  writer.uvarint(counts.above)
  writer.uvarint(counts.beyond)
  writer.float64(counts.min)
  writer.float64(counts.max)
  writer.int128(counts.sums.sum)
  writer.int128(counts.sums.squares)
  writer.uvarint(counts.cells.length)
  for (const count of counts.cells) writer.uvarint(count)
}

function writeCategorical(writer: ByteWriter, counts: CategoricalCounts): void {
  writer.uvarint(counts.missing)
  writer.uvarint(counts.counts.length)
  for (const count of counts.counts) writer.uvarint(count)
  const entries = counts.unseen.entries()
  writer.uvarint(counts.unseen.total)
  writer.uvarint(entries.length)
  for (const { bytes, count } of entries) {
    writer.uvarint(bytes.length)
    writer.bytes(bytes)
    writer.uvarint(count)
  }
}

/**
 * The profile that these bytes hold, under the binning they were made with. Throws PROFILE_LAYOUT_UNKNOWN for
 * damaged or newer bytes and PROFILE_BINNING_MISMATCH for another binning.
 */
export function decodeProfile(bytes: Uint8Array, binning: Binning): Profile {
  const reader = new ByteReader(bytes)
  if (reader.ascii(4) !== magic) throw unknown('it does not begin with DGPF')
  const found = reader.uint16()
  if (found !== layout) throw unknown(`layout ${found}`)
  if (reader.uint16() !== 0) throw unknown('flags of a later version')
  const right = Buffer.from(reader.take(32)).toString('hex')
  const left = binningDigest(binning)
  if (left !== right) throw new DriftgateError('PROFILE_BINNING_MISMATCH', { left, right })
  const profile = createProfile(binning)
  profile.rows = reader.uvarint()
  if (reader.uvarint() !== profile.features.length) throw unknown('another number of features')
  for (const feature of profile.features) {
    if (reader.uint8() !== kinds[feature.kind]) throw unknown(`kind of ${feature.binning.name}`)
    if (feature.kind === 'numeric') readNumeric(reader, feature)
    else readCategorical(reader, feature)
  }
  if (!reader.atEnd) throw unknown('bytes after the end')
  return profile
}

function readNumeric(reader: ByteReader, counts: NumericCounts): void {
  counts.missing = reader.uvarint()
  counts.nan = reader.uvarint()
  counts.positiveInfinity = reader.uvarint()
  counts.negativeInfinity = reader.uvarint()
  counts.below = reader.uvarint()
  counts.above = reader.uvarint()
  counts.beyond = reader.uvarint()
  counts.extremes[0] = reader.float64()
  counts.extremes[1] = reader.float64()
  counts.sums.merge(WideSums.of(reader.int128(true), reader.int128(false)))
  if (reader.uvarint() !== counts.cells.length) throw unknown(`cells of ${counts.binning.name}`)
  for (let i = 0; i < counts.cells.length; i++) counts.cells[i] = reader.uvarint()
}

function readCategorical(reader: ByteReader, counts: CategoricalCounts): void {
  counts.missing = reader.uvarint()
  if (reader.uvarint() !== counts.counts.length)
    throw unknown(`categories of ${counts.binning.name}`)
  for (let i = 0; i < counts.counts.length; i++) counts.counts[i] = reader.uvarint()
  const total = reader.uvarint()
  const kept = reader.uvarint()
  if (kept > keptUnseen) throw unknown(`${kept} unseen categories`)
  for (let i = 0; i < kept; i++) {
    const category = Buffer.from(reader.take(reader.uvarint())).toString('utf8')
    counts.unseen.add(category, reader.uvarint())
  }
  if (counts.unseen.total > total) throw unknown('unseen categories beyond their total')
  counts.unseen.total = total
}

const unknown = (reason: string) => new DriftgateError('PROFILE_LAYOUT_UNKNOWN', { reason })
