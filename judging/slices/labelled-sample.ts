import type { Binning } from '../../contracts/binning.ts'
import type { LabelSettings } from '../../contracts/label-settings.ts'
import type { LabelledRow, MeasuredLoss } from '../../contracts/performance.ts'
import { type SampledRow, sampleDigest, sha256, storedId } from '../../profiles/index.ts'
import type { ClassedRow } from '../performance/class-shift.ts'
import { chosenOf, type LabelledGroup, LabelledRows, taskOf } from '../performance/labelled-rows.ts'
import { lossesOf } from '../performance/losses.ts'
import type { LabelledSample } from './loss-slices.ts'
import { askedTable } from './slices-of-samples.ts'

/** Sampled rows of a version that have a label, with what the model answered and what it lost. */
export interface JoinedSample extends LabelledSample {
  /** Of the rows and their labels. */
  readonly digest: string
  /** Of a task with classes; empty: it has none. */
  readonly classed: readonly ClassedRow[]
}

/** The names of the classes of a task; null: it has none. */
export function classesOf({ task, classes, positive }: LabelSettings): string[] | null {
  if (task === 'regression') return null
  return classes === undefined
    ? [positive === undefined ? '0' : 'other', positive ?? '1']
    : [...classes]
}

/** Samples of one or more windows with what is known of their rows, by stored id. */
export function joinedSample(
  samples: readonly (readonly SampledRow[])[],
  known: ReadonlyMap<string, LabelledRow>,
  { binning, settings, loss }: JoinedAs,
): JoinedSample {
  const rows = new LabelledRows(settings)
  const labelled: SampledRow[] = []
  const lines: string[] = []
  for (const row of samples.flat()) {
    const found = known.get(storedId(row.id))
    if (found === undefined) continue
    const before = rows.labelled
    rows.add({ ...found, version: '', segments: null })
    if (rows.labelled === before) continue
    labelled.push(row)
    lines.push(JSON.stringify([found.score, found.prediction, found.value, found.class]))
  }
  const [group] = rows.groups()
  const losses = group === undefined ? [] : lossesOf(group, settings, loss)
  return {
    ids: labelled.map(({ id }) => id),
    table: askedTable(labelled, binning),
    losses,
    digest: sha256(`${sampleDigest(labelled)}\n${lines.join('\n')}`),
    classed: group === undefined ? [] : classedOf(group, settings, losses),
  }
}

export interface JoinedAs {
  readonly binning: Binning
  readonly settings: LabelSettings
  readonly loss: MeasuredLoss['name']
}

function classedOf(
  { scores, chosen, actual, classes: named }: LabelledGroup,
  settings: LabelSettings,
  losses: ArrayLike<number>,
): ClassedRow[] {
  const classes = classesOf(settings)
  if (classes === null) return []
  const isBinary = taskOf(settings) === 'binary'
  return scores.map((score, row) => ({
    actual: isBinary ? (actual[row] as number) : classes.indexOf(named[row] as string),
    chosen: isBinary
      ? chosenOf(score, chosen[row] as string, settings)
      : classes.indexOf(chosen[row] as string),
    score: isBinary ? score : Number.NaN,
    loss: losses[row] as number,
  }))
}
