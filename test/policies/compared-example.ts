import type { ComparedRows, RowGroup } from '../../policies/compared-rows.ts'
import { type TwoModels, type TwoModelsShape, twoModels } from '../statistics/paired/worlds.ts'

export const windows: ComparedRows['windows'] = {
  heldOut: { start: '2024-03-01T00:00:00Z', end: '2024-04-01T00:00:00Z' },
  candidate: { start: '2024-02-01T00:00:00Z', end: '2024-02-29T23:59:59Z' },
  champion: { start: '2024-01-01T00:00:00Z', end: '2024-01-31T00:00:00Z' },
}

export const rowsOf = (
  { labels, champion, candidate }: TwoModels,
  more: Partial<ComparedRows> = {},
): ComparedRows => ({ labels, champion, candidate, windows, seed: 'm/1/2', ...more })

export const drawn = (
  rows: number,
  next: () => number,
  shape?: TwoModelsShape,
  more?: Partial<ComparedRows>,
): ComparedRows => rowsOf(twoModels(rows, next, shape), more)

/** So many groups, each row in one of them in turn. */
export const groups = (rows: number, count: number, feature = 'region'): RowGroup[] =>
  Array.from({ length: count }, (_, group) => ({
    name: `${feature}=${group}`,
    rows: Array.from({ length: rows }, (_, row) => row).filter((row) => row % count === group),
  }))
