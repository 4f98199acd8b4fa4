import type { Column, Table } from '../adapters/files/table.ts'
import { type FeatureScores, type Report, reportSchema } from '../contracts/report.ts'
import {
  compareWith,
  type Detector,
  definitions,
  detectors,
  type Sides,
  sidesOfCategories,
  sidesOfValues,
} from '../detectors/index.ts'
import { rowDetectors } from '../detectors/rows.ts'
import { rowDefinitions } from '../detectors/score-rows.ts'
import { scoreSides } from '../detectors/score-sides.ts'
import { usable } from '../detectors/sides.ts'
import { unitChangeDefinition } from '../detectors/unit-change.ts'
import { judge } from '../policies/verdict.ts'
import { digestOf } from '../profiles/index.ts'
import { clustersOfFiles, scoreClustered } from './compare-clusters.ts'
import { scoreTogether } from './compare-rows.ts'
import { withTimeParts } from './compare-times.ts'
import { explainTables } from './compare-units.ts'

export interface TableFile {
  readonly name: string
  /** Of its bytes. */
  readonly digest: string
  readonly table: Table
}

/** Share of comparisons without change that may alarm, unless `--budget` says otherwise; spread over the columns. */
export const defaultBudget = 0.001

/** With fewer rows on either side there is no verdict: not even a large change could be told from chance. */
export const minimumRows = 30

/** Share of values that are no number from which on a numeric column counts as one of another type. */
const maximumBrokenShare = 0.1

export interface CompareSettings {
  readonly budget?: number | undefined
  /**
   * Detectors that score; the first of them that gives a column a p-value decides for it. None: the usual ones. Row
   * detectors among them compare all columns at once.
   */
  readonly detectors?: readonly string[] | undefined
  /** Column of both tables, of categories, whose equal values say that rows hang together; rows without one do not. */
  readonly cluster?: string | undefined
}

/** A report, and the parts of timestamps that the files are too short for. */
export interface Compared {
  readonly report: Report
  readonly leftOut: readonly string[]
}

/**
 * The verdict on two tables over the columns named, which both have as the same type. Pure and deterministic. Throws
 * COMPARE_CLUSTERS_FEW.
 */
export function compareTables(
  reference: TableFile,
  current: TableFile,
  columns: readonly string[],
  { budget = defaultBudget, detectors: asked, cluster }: CompareSettings = {},
): Compared {
  const together = (asked ?? []).filter((name) => Object.hasOwn(rowDetectors, name))
  const alone = (asked ?? []).filter((name) => !together.includes(name))
  const chosen = alone.length === 0 ? undefined : alone
  const settings = {
    significance: budget,
    minimumRows,
    maximumBadShare: maximumBrokenShare,
    staleAfterWindows: Number.POSITIVE_INFINITY,
  }
  const typeBreaks = columns.flatMap((feature) => {
    const sentence = typeBreakOf(current.table, feature, reference.name)
    return sentence === null ? [] : [{ feature, sentence }]
  })
  const split = withTimeParts(columns, reference.table.columns, current.table.columns)
  const clusters = cluster === undefined ? null : clustersOfFiles(reference, current, cluster)
  const features = split.names.map((name) => {
    const [before, now] = [split.before.get(name) as Column, split.now.get(name) as Column]
    const sides = sidesOf(name, before, now)
    const scores = clusters
      ? scoreClustered(sides, { before, now, clusters }, (counted) => scored(counted, chosen))
      : scored(sides, chosen)
    const broken = typeBreaks.find(({ feature }) => feature === name)
    return broken ? { ...scores, sentence: `${broken.sentence}; ${scores.sentence}` } : scores
  })
  const rows = Math.min(reference.table.rows, current.table.rows)
  const sideOf = ({ table, digest }: TableFile, columns: ReadonlyMap<string, Column>) => ({
    rows: table.rows,
    columns,
    digest,
  })
  const joint = scoreTogether(
    together,
    split.names,
    sideOf(reference, split.before),
    sideOf(current, split.now),
    clusters !== null,
  )
  const judged = judge({
    features,
    ...(joint.length > 0 && { joint }),
    explanation: explainTables(features, split.before, split.now, split.cycles),
    typeBreaks,
    rows: { good: rows, bad: 0, lost: 0 },
    emptyWindows: 0,
    settings,
  })
  const evidence = {
    model: current.name,
    window: noWindow,
    cut: {},
    profile: current.digest,
    reference: { name: reference.name, profile: reference.digest, modelVersion: 'none' },
    binning: 'none',
    settings: digestOf({
      budget,
      minimumRows,
      columns: [...columns],
      ...(asked && { detectors: [...asked] }),
      ...(cluster !== undefined && { cluster }),
    }),
    detectors: {
      ...definitions,
      'unit-change': unitChangeDefinition,
      ...rowDefinitions(together),
    },
  }
  const report = reportSchema.parse({
    schema: 'driftgate-report/1',
    model: current.name,
    window: noWindow,
    ...judged,
    rows: { ...noRows, good: current.table.rows, reference: reference.table.rows },
    evidence,
    evidenceDigest: digestOf(evidence),
  })
  return { report, leftOut: split.leftOut }
}

function scored(sides: Sides, chosen: readonly string[] | undefined): FeatureScores {
  const detector = deciding(sides, chosen)
  return scoreSides(sides, detector === undefined ? {} : { detector }, chosen)
}

/** Which of the chosen detectors decides: what they can test follows from totals, never from how those split. */
function deciding(sides: Sides, chosen: readonly string[] = []): string | undefined {
  return chosen.find((name) => {
    const detector = (detectors as Record<string, Detector>)[name]
    if (detector?.role !== 'test') return false
    if (detector.reads !== 'any' && detector.reads !== sides.kind) return false
    const { reference, current } = usable(sides)
    return reference > 0 && current > 0 && compareWith(detector, sides).pValue !== null
  })
}

const noWindow = { start: '', end: '' }
const noRows = { bad: 0, foreign: 0, lost: 0, late: 0 }

function sidesOf(name: string, before: Column, now: Column): Sides {
  if (before.kind === 'numeric' && now.kind === 'numeric') {
    return sidesOfValues(name, before.values, now.values)
  }
  if (before.kind === 'categorical' && now.kind === 'categorical') {
    return sidesOfCategories(name, before, now)
  }
  throw new RangeError(`${name} is ${before.kind} in one table and ${now.kind} in the other`)
}

/** That a column of numbers or times holds something else now, in words. */
function typeBreakOf({ rows, columns }: Table, name: string, reference: string): string | null {
  const column = columns.get(name)
  if (column === undefined || column.kind === 'categorical') return null
  const share = column.broken.rows / Math.max(1, rows)
  if (share <= maximumBrokenShare) return null
  const example = JSON.stringify([...(column.broken.example ?? '')].slice(0, 40).join(''))
  const [one, many] = column.kind === 'numeric' ? ['number', 'numbers'] : ['time', 'times']
  return `${Math.round(share * 100)} % of the rows hold no ${one}, such as ${example}, where ${reference} holds ${many}`
}
