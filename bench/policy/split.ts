import type { DataSet } from './data-set.ts'

/** Rows by place, from one up to, not with, another. */
export interface Rows {
  readonly from: number
  readonly to: number
}

/**
 * The time split of the training job (`training/split.py`): the last `share` of rows judges and is never learned from,
 * equal times stay together. A string: why these rows give no model.
 */
export function splitByTime(
  set: Pick<DataSet, 'times' | 'labels' | 'task'>,
  { from, to }: Rows,
  share: number,
): { readonly learned: Rows; readonly heldOut: Rows } | string {
  const count = to - from
  if (count <= 0) return 'there are no labelled rows in this stretch'
  const cutoff = set.times[from + Math.min(count - 1, Math.floor(count * (1 - share)))] as number
  let cut = from
  while (cut < to && (set.times[cut] as number) < cutoff) cut++
  const [learned, heldOut] = [
    { from, to: cut },
    { from: cut, to },
  ]
  for (const [name, rows] of [
    ['training', learned],
    ['held-out', heldOut],
  ] as const) {
    if (new Set(set.labels.subarray(rows.from, rows.to)).size < 2) {
      return `the ${rows.to - rows.from} ${name} rows hold one label only`
    }
  }
  return { learned, heldOut }
}
