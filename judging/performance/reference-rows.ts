import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { LabelledRow } from '../../contracts/performance.ts'
import { chosenOf, labelOf, taskOf } from './labelled-rows.ts'

/** A row with a label that fits its task, and a score that is a number. */
export interface ReferenceRow {
  /** As tables hold it. */
  readonly id: string
  readonly score: number
  /** Of two classes whether the positive one was chosen, 1 or 0; of a number 0. */
  readonly chosen: number
  readonly label: number
  readonly segments: readonly string[]
}

/** Null: nothing is to be learned from it. */
export function referenceRow(
  found: LabelledRow & { readonly id: string },
  settings: LabelSettings,
): ReferenceRow | null {
  const { id, score, prediction, segments } = found
  if (score === null || !Number.isFinite(score)) return null
  if (found.value === null && found.class === null) return null
  const label = labelOf(found, settings)
  if (typeof label !== 'number') return null
  const chosen = taskOf(settings) === 'binary' ? chosenOf(score, prediction ?? '', settings) : 0
  return { id, score, chosen, label, segments: segments ?? [] }
}

/** Rows by what they are in: all of them (''), then each segment by its name. */
export function bySegment<Row extends { readonly segments: readonly string[] }>(
  rows: readonly Row[],
): (readonly [segment: string, rows: readonly Row[]])[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    for (const segment of row.segments) {
      const group = groups.get(segment)
      if (group === undefined) groups.set(segment, [row])
      else group.push(row)
    }
  }
  const sorted = [...groups].sort(([left], [right]) => (left < right ? -1 : 1))
  return [['', rows], ...sorted]
}
