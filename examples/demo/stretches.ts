import type { FeatureValue } from '../../contracts/prediction.ts'

/** One row of a demo's data set: what the model is asked, and what turned out to be true. */
export interface LabelledRow {
  readonly id: string
  readonly timeMs: number
  readonly features: Readonly<Record<string, FeatureValue>>
  readonly label: number
  /** The score that a model packaged with the data gave, where there is one. */
  readonly score?: number
}

/** One window of event time and the rows that fall into it. */
export interface Stretch {
  readonly index: number
  readonly startMs: number
  readonly endMs: number
  readonly rows: readonly LabelledRow[]
}

/** Rows (in event-time order) cut into whole windows from `anchor` on; a last, incomplete one is left out. */
export function cutStretches(
  rows: readonly LabelledRow[],
  anchor: string,
  lengthMs: number,
): Stretch[] {
  const origin = Date.parse(anchor)
  const byWindow = new Map<number, LabelledRow[]>()
  let last = origin
  for (const row of rows) {
    if (row.timeMs < origin) continue
    const index = Math.floor((row.timeMs - origin) / lengthMs)
    const members = byWindow.get(index)
    if (members === undefined) byWindow.set(index, [row])
    else members.push(row)
    last = Math.max(last, row.timeMs)
  }
  return [...byWindow]
    .sort(([left], [right]) => left - right)
    .map(([index, members]) => ({
      index,
      startMs: origin + index * lengthMs,
      endMs: origin + (index + 1) * lengthMs,
      rows: members,
    }))
    .filter(({ endMs }) => endMs <= last + lengthMs * 0.02)
}
