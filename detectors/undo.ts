/** At least this share of the distance has to go. */
const leastExplained = 0.9

/** A bucket is plainly on one side of a break when the other side is this much farther away. */
const plainly = 0.4

/** One way to undo a change of a feature, over the parts (counts, sampled values) of the window's buckets. */
export interface Undo<Part> {
  readonly parts: readonly Part[]
  readonly undo: (part: Part) => Part
  /** Whether undoing changes a part at all; where it does not, the part lies before the break. */
  readonly touches?: (part: Part) => boolean
  /** Distance of parts taken together from the reference, less what chance alone leaves between two samples. */
  readonly distance: (parts: readonly Part[]) => number
}

export interface Undone<Part> {
  /** Share of the distance that is gone, 0 to 1. */
  readonly explained: number
  /** The window with the change undone; a bucket in which the break lies is left out. */
  readonly parts: readonly Part[]
  /** Index of the first bucket that the change holds for, whole or in part. */
  readonly first: number
}

/**
 * What is left when a change is undone from some bucket on: null unless that takes at least 90 % of the distance
 * away and the break is sharp. Sharp means that every bucket is plainly before it (as it came it is the nearer
 * one) or plainly after it, all before precede all after, and at most one in between is mixed.
 */
export function explainedByUndoing<Part>({
  parts,
  undo,
  touches = () => true,
  distance,
}: Undo<Part>): Undone<Part> | null {
  // From the end: the last bucket is after any break, and most candidates fail there.
  const undone: Part[] = []
  let first = parts.length
  for (; first > 0; first--) {
    const part = parts[first - 1] as Part
    if (!touches(part)) break
    const candidate = undo(part)
    if (distance([candidate]) > plainly * distance([part])) break
    undone.unshift(candidate)
  }
  if (undone.length === 0) return null
  const isBefore = (part: Part) =>
    !touches(part) || distance([part]) <= plainly * distance([undo(part)])
  const mixed = first > 0 && !isBefore(parts[first - 1] as Part) ? 1 : 0
  const before = parts.slice(0, first - mixed)
  if (!before.every(isBefore)) return null
  const restored = [...before, ...undone]
  const explained = 1 - distance(restored) / distance([...before, ...parts.slice(first)])
  if (!(explained >= leastExplained)) return null
  return { explained, parts: restored, first: first - mixed }
}
