import { hash } from 'node:crypto'
import type { ErasureNeedle } from '../contracts/erasure.ts'

/** Multiplier of the rolling hash: the FNV prime of 32 bits. */
const base = 0x01000193

/** Polynomial hash of bytes modulo 2^32, which can be rolled on byte by byte (Karp and Rabin 1987). */
export function rollingHash(bytes: Uint8Array): number {
  let value = 0
  for (const byte of bytes) value = (Math.imul(value, base) + byte) | 0
  return value
}

const digestOf = (bytes: Uint8Array): string => hash('sha256', bytes)

/** What an id is found by in bytes, without keeping the id. */
export const needleOf = (bytes: Uint8Array): ErasureNeedle => ({
  length: bytes.length,
  rolling: rollingHash(bytes),
  digest: digestOf(bytes),
})

/** Needles by the hash of what may be a hit, of one length each. */
export type NeedlesByLength = ReadonlyMap<number, ReadonlyMap<number, ReadonlySet<string>>>

export function needlesByLength(needles: readonly ErasureNeedle[]): NeedlesByLength {
  const lengths = new Map<number, Map<number, Set<string>>>()
  for (const { length, rolling, digest } of needles) {
    const ofLength = lengths.get(length) ?? new Map<number, Set<string>>()
    lengths.set(length, ofLength)
    ofLength.set(rolling, (ofLength.get(rolling) ?? new Set()).add(digest))
  }
  return lengths
}

/** Whether bytes hold one of the needles anywhere: linear for each length, a digest only for what may be a hit. */
export function holdsNeedle(bytes: Uint8Array, needles: NeedlesByLength): boolean {
  for (const [length, wanted] of needles) {
    if (bytes.length < length) continue
    let leaving = 1
    for (let i = 1; i < length; i++) leaving = Math.imul(leaving, base)
    let value = rollingHash(bytes.subarray(0, length))
    for (let end = length; ; end++) {
      const digests = wanted.get(value)
      if (digests?.has(digestOf(bytes.subarray(end - length, end)))) return true
      if (end === bytes.length) break
      const left = bytes[end - length] as number
      value = (Math.imul(value - Math.imul(left, leaving), base) + (bytes[end] as number)) | 0
    }
  }
  return false
}
