import { IdHash } from '../../profiles/index.ts'

/** What rows are for: to choose slices by, to judge these by, or kept for windows to come. */
export const fold = { chosen: 0, judged: 1, kept: 2 } as const

const hash = new IdHash()
const two32 = 2 ** 32

/**
 * The fold of each row by the hash of its prediction id: of a window half choose and half judge. By the second word of
 * the hash, since the first one says whether a row is in the sample at all.
 */
export const foldsOf = (ids: readonly string[]): Uint8Array =>
  Uint8Array.from(ids, (id) => (shareOf(id) < 0.5 ? fold.chosen : fold.judged))

/**
 * Of rows before it a fifth is kept besides, that a slice can be held against them in later windows: by the others it was
 * chosen, or found to be one.
 */
export const foldsBefore = (ids: readonly string[]): Uint8Array =>
  Uint8Array.from(ids, (id) => {
    const share = shareOf(id)
    return share < 0.4 ? fold.chosen : share < 0.8 ? fold.judged : fold.kept
  })

const shareOf = (id: string): number => (hash.of(id).words[1] as number) / two32

/** The places of the rows of a fold. */
export const placesOf = (folds: Uint8Array, wanted: number): Uint32Array => {
  const places: number[] = []
  for (const [row, of] of folds.entries()) if (of === wanted) places.push(row)
  return Uint32Array.from(places)
}
