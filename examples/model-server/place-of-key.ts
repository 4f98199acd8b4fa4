import { createHash } from 'node:crypto'

/** Where a key falls, evenly over 0 up to 1 and always at the same place: the first 48 bits of its SHA-256. */
export const placeOfKey = (key: string): number =>
  createHash('sha256').update(key).digest().readUIntBE(0, 6) / 2 ** 48
