/** The offsets that a part was read from, of one partition or, once merged, of several. */
export interface Place {
  readonly reach: readonly {
    readonly partition: number
    readonly from: bigint
    readonly to: bigint
  }[]
  /** 0: as it was read first. */
  readonly repair: number
}

/** What a window may hold, as the plan of its scan has it. */
export interface Cutoff {
  /** Per partition: only what was read up to there. */
  readonly cut: ReadonlyMap<number, bigint>
  readonly repairs: number
  /** Where the reading began at that time: what lies below, or in earlier buckets, was backfilled later. */
  readonly began?: { readonly windowsFromMs: number; readonly offsets: ReadonlyMap<number, bigint> }
}

/** Whether a window may hold a part; the rule that SQL has in `adapters/postgres/parts.ts`. */
export function liesBelow(
  { bucket, place }: { readonly bucket: Date; readonly place?: Place },
  below: Cutoff | undefined,
): boolean {
  if (below === undefined || place === undefined) return true
  const { cut, repairs, began } = below
  if (place.repair > repairs) return false
  if (began !== undefined && bucket.getTime() < began.windowsFromMs) return false
  return place.reach.every(
    ({ partition, from, to }) =>
      to <= (cut.get(partition) ?? -1n) && from >= (began?.offsets.get(partition) ?? 0n),
  )
}
