import { modelSettings } from '../../contracts/config.ts'
import type { PerformanceFinding } from '../../contracts/performance-finding.ts'
import {
  estimatedParts,
  type VersionStanding,
  type WindowRow,
} from '../../judging/performance/estimated-parts.ts'
import type { Estimator, SampledReferenceRow } from '../../judging/performance/estimator.ts'
import type { LearnedFeature } from '../../judging/performance/feature-columns.ts'
import { fitEstimator } from '../../judging/performance/fit-estimator.ts'
import { gapRows } from '../../judging/performance/gap-rows.ts'
import { LabelledRows } from '../../judging/performance/labelled-rows.ts'
import { measuredParts } from '../../judging/performance/measured-parts.ts'
import { PredictedRows } from '../../judging/performance/predicted-rows.ts'
import { estimate } from '../../judging/performance/rules/estimate.ts'
import { gap } from '../../judging/performance/rules/gap.ts'
import type { Usual } from '../../judging/performance/usual.ts'
import { seededRandom } from '../../statistics/seeded-random.ts'

/** Windows that vary by sampling alone, as forty have shown. */
const spread = { factor: 1, degrees: 39 }
const steady: Usual = {
  ...{ from: '2026-01-01T00:00:00.000Z', until: '2026-02-10T00:00:00.000Z' },
  ...{ windows: 40, labels: 40_000, ofAll: 40_000, ms: 40 * 86_400_000, parts: 1 },
  errors: { mean: 0.2, sd: 0.4, spread },
  ...{ gaps: spread, cells: [], spreads: null },
}

/** A prediction with its label, and its features in the order of `features`. */
export interface WorldRow {
  readonly id: string
  readonly score: number
  readonly label: number
  readonly values: readonly (number | string)[]
}

export function judgedSettings(labels: object = {}) {
  const { window, detection, ...model } = modelSettings.parse({
    ...{ log: { topic: 't' }, features: { x: { type: 'numeric' } } },
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    serving: { url: 'http://127.0.0.1:1' },
    labels: { topic: 'l', performance: { minimumEffect: { estimate: 0, gap: 0 } }, ...labels },
  })
  if (model.labels === undefined) throw new Error('it has labels')
  return { window, detection, labels: model.labels }
}

export type Settings = ReturnType<typeof judgedSettings>

/** Fitted to rows as to those of two final windows. */
export function fitted(
  rows: readonly WorldRow[],
  features: readonly LearnedFeature[],
  { labels }: Settings,
): { estimator: Estimator; reference: readonly SampledReferenceRow[] } {
  const isClass = labels.task === 'classification'
  const chosenOf = (score: number) => (isClass && score >= labels.threshold ? 1 : 0)
  const reference = rows.map((row) => ({
    ...{ ...row, segments: [], chosen: isClass ? chosenOf(row.score) === 1 : null },
  }))
  const estimator = fitEstimator(
    {
      rows: rows.map((row) => ({ ...row, segments: [], chosen: chosenOf(row.score) })),
      ...{ sampled: reference, features, windows: 2, seed: 'simulated' },
    },
    labels,
  )
  if (estimator === null) throw new Error('too few rows')
  return { estimator, reference }
}

/** What an estimator says of a window before its labels, and what these then show. */
export function estimatedAndRealised(
  rows: readonly WorldRow[],
  { estimator, reference }: ReturnType<typeof fitted>,
  settings: Settings,
  // Whether inputs shifted costs the most to find out.
  { lookForShift = true } = {},
) {
  const { labels } = settings
  const known = { version: '1', prediction: null, segments: null }
  const predicted = new PredictedRows(labels)
  const labelled = new LabelledRows(labels)
  for (const { id, score, label } of rows) {
    predicted.add({ ...known, score })
    labelled.add({ ...known, at: 0, score, said: true, value: label, class: null, ...{ id } })
  }
  const sample: readonly WindowRow[] = rows.map((row) => ({ ...row, segments: [] }))
  const standing: VersionStanding = {
    ...{ estimator, missing: '', isReference: false, sample, next: seededRandom(1) },
    reference: lookForShift ? reference : [],
  }
  const [part] = estimatedParts(predicted.groups(), labels, {
    standing: () => standing,
    earlier: () => [],
  })
  const groups = labelled.groups()
  const [measured] = measuredParts(groups, labels, { most: 1 })
  const [group] = groups
  if (part === undefined || measured === undefined || group === undefined) throw new Error('none')
  const gaps = gapRows(group, labels, {
    ...{ estimator, missing: '', isReference: false, bias: null },
    sample: rows.map((row) => ({ ...row, segments: [] })),
  })
  const judged = {
    ...{ group, part: measured, gap: gaps, level: 0.001 },
    ...{ usual: steady, passed: 'nothing was learned' },
  }
  const [gapFinding] = gap.judge({ settings, groups: [judged] })
  return {
    part,
    measured,
    estimate: estimate.judge(part, 0.001, settings),
    gap: gapFinding as PerformanceFinding,
  }
}

/** So many of `trials` come about at a chance of `share` at most, four standard errors allowed. */
export const atMost = (trials: number, share: number): number =>
  trials * share + 4 * Math.sqrt(trials * share * (1 - share))
