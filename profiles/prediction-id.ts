import { isStorable } from '../formats/json-value.ts'
import { sha256 } from './digest.ts'
import type { IdHash } from './id-hash.ts'

/** Bytes of an id in UTF-8 that are surely no more characters than a table holds. */
export const surelyShort = 200

/** A prediction id as tables hold it: itself, or its digest where it is no short text. */
export const storedId = (id: string): string => (isStorable(id) ? id : `sha256:${sha256(id)}`)

const two32 = 2 ** 32

/** Whether the hash of an id lies in a sample of such a share (1: all) of ids; whoever asks, it is the same ids. */
export const isInSample = ({ words }: IdHash, rate: number): boolean =>
  (words[0] as number) < rate * two32
