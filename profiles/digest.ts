import { hash } from 'node:crypto'
import type { Binning } from '../contracts/binning.ts'
import { canonicalJson } from '../contracts/canonical-json.ts'
import type { LabelReadingDefinition } from '../contracts/label-reading.ts'
import type { ReadingDefinition } from '../contracts/reading.ts'

/** In hexadecimal. */
export const sha256 = (data: string | Uint8Array): string => hash('sha256', data)

/** SHA-256, in hexadecimal, of the canonical JSON of any value. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value))

const known = new WeakMap<Binning, string>()

/** Digest of a binning, remembered per object: binnings are never changed. */
export function binningDigest(binning: Binning): string {
  let digest = known.get(binning)
  if (digest === undefined) {
    digest = digestOf(binning)
    known.set(binning, digest)
  }
  return digest
}

/** Digest of a profile: of its bytes, since equal counts give equal bytes. */
export const profileDigest = (bytes: Uint8Array): string => sha256(bytes)

/** What a reading of a log is named by: how it is read. */
export const readingId = (definition: ReadingDefinition | LabelReadingDefinition): string =>
  digestOf(definition).slice(0, 16)
