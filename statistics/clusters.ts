/** Rows of one side in order of their clusters: those of cluster g are `rows[starts[g]]` to before `rows[starts[g + 1]]`. */
export interface Members {
  readonly starts: Int32Array
  readonly rows: Int32Array
}

/** Which rows of both sides hang together. A cluster may have rows on both. */
export interface Clusters {
  readonly count: number
  readonly reference: Members
  readonly current: Members
  /** Clusters with a row on that side. */
  readonly of: { readonly reference: number; readonly current: number }
}

/** A key per row: a position in `categories`, below 0 for none. */
export interface Keys {
  readonly codes: ArrayLike<number>
  readonly categories: readonly string[]
}

/**
 * Clusters by the keys of both sides; the same key is the same cluster on either. A row without a key is a cluster of its
 * own. Takes three 32-bit numbers per row.
 */
export function clustersOf(reference: Keys, current: Keys): Clusters {
  const known = new Map<string, number>()
  const idsOf = ({ codes, categories }: Keys, next: { id: number }) => {
    const ids = categories.map((key) => {
      const id = known.get(key) ?? next.id++
      known.set(key, id)
      return id
    })
    return Int32Array.from({ length: codes.length }, (_, row) => {
      const code = codes[row] as number
      return code < 0 ? next.id++ : (ids[code] as number)
    })
  }
  const next = { id: 0 }
  const [before, now] = [idsOf(reference, next), idsOf(current, next)]
  const sides = { reference: membersOf(before, next.id), current: membersOf(now, next.id) }
  const filled = ({ starts }: Members) =>
    starts.reduce((sum, start, g) => sum + (g > 0 && start > (starts[g - 1] as number) ? 1 : 0), 0)
  return {
    count: next.id,
    ...sides,
    of: { reference: filled(sides.reference), current: filled(sides.current) },
  }
}

/** Counting sort. */
function membersOf(ids: Int32Array, count: number): Members {
  const starts = new Int32Array(count + 1)
  for (const id of ids) starts[id + 1] = (starts[id + 1] as number) + 1
  for (let g = 0; g < count; g++) starts[g + 1] = (starts[g + 1] as number) + (starts[g] as number)
  const rows = new Int32Array(ids.length)
  const at = starts.slice(0, count)
  ids.forEach((id, row) => {
    const place = at[id] as number
    rows[place] = row
    at[id] = place + 1
  })
  return { starts, rows }
}
