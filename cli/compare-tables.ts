import type { CategoricalColumn, NumericColumn, Table } from '../adapters/files/table.ts'
import { type Report, reportSchema } from '../contracts/report.ts'
import { definitions, type Sides, sidesOfCategories, sidesOfValues } from '../detectors/index.ts'
import { scoreSides } from '../detectors/score-sides.ts'
import { judge } from '../policies/verdict.ts'
import { digestOf } from '../profiles/index.ts'

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

/** The verdict on two tables over the columns named, which both have as the same type. Pure and deterministic. */
export function compareTables(
  reference: TableFile,
  current: TableFile,
  columns: readonly string[],
  budget: number = defaultBudget,
): Report {
  const settings = {
    significance: budget,
    minimumRows,
    maximumBadShare: maximumBrokenShare,
    staleAfterWindows: Number.POSITIVE_INFINITY,
  }
  const broken = new Map(
    columns.map((name) => [name, typeBreakOf(current.table, name, reference.name)]),
  )
  const features = columns.map((name) => {
    const before = reference.table.columns.get(name) as NumericColumn | CategoricalColumn
    const now = current.table.columns.get(name) as NumericColumn | CategoricalColumn
    const scores = scoreSides(sidesOf(name, before, now))
    const typeBreak = broken.get(name)
    return typeBreak ? { ...scores, sentence: `${typeBreak}; ${scores.sentence}` } : scores
  })
  const rows = Math.min(reference.table.rows, current.table.rows)
  const judged = judge({
    features,
    explanation: null,
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
    settings: digestOf({ budget, minimumRows, columns: [...columns] }),
    detectors: definitions,
  }
  return reportSchema.parse({
    schema: 'driftgate-report/1',
    model: current.name,
    window: noWindow,
    ...judged,
    ...typeBreaks(judged.verdict, broken),
    rows: { ...noRows, good: current.table.rows, reference: reference.table.rows },
    evidence,
    evidenceDigest: digestOf(evidence),
  })
}

const noWindow = { start: '', end: '' }
const noRows = { bad: 0, foreign: 0, lost: 0, late: 0 }

function sidesOf(
  name: string,
  before: NumericColumn | CategoricalColumn,
  now: NumericColumn | CategoricalColumn,
): Sides {
  if (before.kind === 'numeric' && now.kind === 'numeric') {
    return sidesOfValues(name, before.values, now.values)
  }
  if (before.kind === 'categorical' && now.kind === 'categorical') {
    return sidesOfCategories(name, before, now)
  }
  throw new RangeError(`${name} is ${before.kind} in one table and ${now.kind} in the other`)
}

/** That a numeric column holds something else now, in words. */
function typeBreakOf({ rows, columns }: Table, name: string, reference: string): string | null {
  const column = columns.get(name)
  if (column?.kind !== 'numeric') return null
  const share = column.broken.rows / Math.max(1, rows)
  if (share <= maximumBrokenShare) return null
  const example = JSON.stringify([...(column.broken.example ?? '')].slice(0, 40).join(''))
  return `${Math.round(share * 100)} % of the rows hold no number, such as ${example}, where ${reference} holds numbers`
}

/** A column whose type changed is broken input, whatever its remaining values look like. */
function typeBreaks(verdict: Report['verdict'], broken: ReadonlyMap<string, string | null>) {
  const [first, ...more] = [...broken].filter(([, sentence]) => sentence !== null)
  if (first === undefined || verdict === 'INSUFFICIENT_DATA') return {}
  const others = more.length === 0 ? '' : ` and of ${more.length} more`
  return {
    verdict: 'DATA_QUALITY',
    headline: `the type of ${first[0]}${others} has changed: ${first[1]}; fix the feed, do not retrain`,
  }
}
