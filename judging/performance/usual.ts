import type { LabelSettings } from '../../contracts/label-settings.ts'
import { addCells, type CellSums, cellsOf } from '../../statistics/concept/fine-cells.ts'
import { leastWindows } from '../../statistics/dispersion.ts'
import {
  sumsOf,
  totalOf,
  type WindowSpread,
  type WindowSums,
  windowSpread,
} from '../../statistics/window-spread.ts'
import { type CellSpreads, cellSpreads } from './cell-shifts.ts'
import { count } from './digits.ts'
import { errorsOf, probabilitiesOf, scoresOf } from './errors.ts'
import { type LabelledGroup, taskOf } from './labelled-rows.ts'

/** What one window adds to what is usual of a version or a segment of it: sums, no rows. Plain JSON. */
export interface Lesson {
  /** Of the window, ISO 8601. */
  readonly start: string
  readonly end: string
  /** Labels of the segment of all versions together. */
  readonly ofAll: number
  /** Of what rows got wrong, see `errorsOf`. */
  readonly errors: WindowSums
  /** Of label less probability; null: scores are no probabilities. */
  readonly gaps: WindowSums | null
  /** Of two classes by score; of numbers by absolute error. */
  readonly cells: readonly CellSums[]
}

/** What later windows are held against, frozen. Plain JSON. */
export interface Usual {
  readonly from: string
  readonly until: string
  readonly windows: number
  readonly labels: number
  /** Labels of the segment of all versions together, and the time of the windows in which they came, milliseconds. */
  readonly ofAll: number
  readonly ms: number
  readonly errors: { readonly mean: number; readonly sd: number; readonly spread: WindowSpread }
  readonly gaps: WindowSpread | null
  readonly cells: readonly CellSums[]
  /** Of two classes; null: other tasks. */
  readonly spreads: CellSpreads | null
  /** What was looked at of the version when it was frozen: all of it and its segments. */
  readonly parts: number
}

export function lessonOf(
  group: LabelledGroup,
  { start, end }: Pick<Lesson, 'start' | 'end'>,
  ofAll: number,
  settings: LabelSettings,
): Lesson {
  const errors = errorsOf(group, settings)
  const scored = scoresOf(group, settings)
  const probabilities = probabilitiesOf(group, settings)
  const gaps = probabilities?.labels.map((label, i) => label - (probabilities.scores[i] as number))
  return {
    ...{ start, end, ofAll, errors: sumsOf(errors) },
    gaps: gaps === undefined ? null : sumsOf(gaps),
    cells:
      taskOf(settings) === 'regression'
        ? cellsOf(errors)
        : scored === null
          ? []
          : cellsOf(scored.scores, scored.labels),
  }
}

/** Beyond so many times the asked labels what is rare is not waited for. */
const mostTimes = 20

/**
 * What the lessons so far come to, in order of time: frozen once there are enough labels, windows and independent
 * windows; until then a sentence that says what is missing. `needed` tells how many labels the stream of errors wants.
 */
export function learned(
  lessons: readonly Lesson[],
  parts: number,
  settings: LabelSettings,
  needed: (usual: Usual) => number,
): Usual | string {
  const { learn } = settings.performance
  const labels = lessons.reduce((sum, { errors: [rows] }) => sum + rows, 0)
  const missing = (wanted: number) =>
    `learning what is usual: ${count(labels)} of ${count(wanted)} labels`
  if (labels < learn.labels) return missing(learn.labels)
  if (lessons.length < learn.windows) {
    return `${missing(labels)}, ${lessons.length} of ${learn.windows} windows`
  }
  const usual = usualOf(lessons, parts, taskOf(settings) === 'binary')
  const independent = usual.errors.spread.degrees + 1
  if (independent < leastWindows) {
    return `learning what is usual: ${lessons.length} windows are worth ${Math.floor(independent)} of ${leastWindows} independent ones`
  }
  const wanted = needed(usual)
  return labels >= Math.min(wanted, mostTimes * learn.labels)
    ? usual
    : missing(Math.min(wanted, mostTimes * learn.labels))
}

function usualOf(lessons: readonly Lesson[], parts: number, isBinary: boolean): Usual {
  const errors = lessons.map((lesson) => lesson.errors)
  const gaps = lessons.flatMap((lesson) => (lesson.gaps === null ? [] : [lesson.gaps]))
  const [labels, sum, squares] = totalOf(errors)
  const mean = sum / labels
  const ms = (from: string, until: string) => Date.parse(until) - Date.parse(from)
  return {
    from: (lessons[0] as Lesson).start,
    until: (lessons.at(-1) as Lesson).end,
    ...{ windows: lessons.length, labels, parts },
    ofAll: lessons.reduce((all, { ofAll }) => all + ofAll, 0),
    ms: lessons.reduce((all, { start, end }) => all + ms(start, end), 0),
    errors: {
      mean,
      sd: Math.sqrt(Math.max(0, squares / labels - mean * mean)),
      spread: windowSpread(errors),
    },
    gaps: gaps.length < lessons.length ? null : windowSpread(gaps),
    ...cellsAndSpreads(lessons, isBinary),
  }
}

function cellsAndSpreads(lessons: readonly Lesson[], isBinary: boolean) {
  const cells = lessons.reduce<CellSums[]>((all, lesson) => addCells(all, lesson.cells), [])
  const windows = lessons.map((lesson) => lesson.cells)
  return { cells, spreads: isBinary ? cellSpreads(windows, cells) : null }
}
