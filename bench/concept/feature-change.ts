import type { Table } from '../../adapters/files/table.ts'
import { compareTables } from '../../cli/compare-tables.ts'
import { type FeatureReport, titleOf, type VerdictName } from '../../contracts/report.ts'
import { tellSince } from '../../judging/since.ts'
import {
  addColumns,
  buildBinning,
  createProfile,
  encodeProfile,
  type Profile,
} from '../../profiles/index.ts'
import { numbersOf, rowsOf, span } from './files.ts'

/** Where a table whose rows come one by one is cut. */
export interface Windows {
  /** Rows before it are the reference; where `order` is given, the first so many of these. */
  readonly reference: number
  readonly order?: readonly number[]
  /** Rows of a window. */
  readonly size: number
  /** Milliseconds from one row to the next, and when the first one was. */
  readonly step: number
  readonly start: string
}

export interface JudgedRows {
  readonly from: number
  readonly to: number
  readonly verdict: VerdictName
  readonly headline: string
  readonly features: readonly FeatureReport[]
}

/** The verdict of `driftgate compare` on each whole window of `rows`, against the reference. */
export function windowVerdicts(
  table: Table,
  names: readonly string[],
  { reference, size, order = span(0, reference) }: Windows,
  rows: readonly number[],
  budget?: number,
): JudgedRows[] {
  const fileOf = (name: string, which: readonly number[]) => {
    return { name, digest: `sha256:${name}`, table: rowsOf(table, which) }
  }
  const before = fileOf('reference', order.slice(0, reference))
  return Array.from({ length: Math.floor(rows.length / size) }, (_, i) => {
    const which = rows.slice(i * size, (i + 1) * size)
    const now = fileOf('window', which)
    const { report } = compareTables(before, now, names, budget === undefined ? {} : { budget })
    const { verdict, headline, features } = report
    return {
      ...{ from: which[0] as number, to: (which.at(-1) as number) + 1 },
      ...{ verdict, headline, features },
    }
  })
}

export interface Change {
  readonly feature: string
  /** The row from which on it differs, and the rows that cannot be excluded. */
  readonly row: number
  readonly first: number
  readonly last: number
}

/**
 * Since which row the drifted features of a window differ: the search of the product over the buckets of this window
 * and those before it, one row a bucket, so that the answer is as fine as the rows.
 */
export async function changesOf(
  table: Table,
  names: readonly string[],
  { reference, size, step, start }: Windows,
  judged: JudgedRows,
): Promise<Change[]> {
  const columns = names.map((name) => numbersOf(table, name))
  const began = Date.parse(start)
  const rowAt = (time: string | Date) => Math.round((new Date(time).getTime() - began) / step)
  const at = (row: number) => new Date(began + row * step)
  const features = Object.fromEntries(names.map((name) => [name, { type: 'numeric' as const }]))
  // A binning counts the score, too; here there is none.
  const learned = span(0, reference).map((row) => [...columns.map((each) => each[row]), 0])
  const binning = buildBinning('rows', '1', features, learned)
  const profileOf = (from: number, to: number): Profile => {
    const profile = createProfile(binning)
    const values = [...columns.map((each) => each.slice(from, to)), new Float64Array(to - from)]
    addColumns(
      profile,
      values.map((each) => ({ values: each })),
    )
    return profile
  }
  const before = profileOf(0, reference)
  const partsOf = async (searched: { readonly start: Date; readonly end: Date }) =>
    span(Math.max(reference, rowAt(searched.start)), rowAt(searched.end)).map((row) => {
      return { bucket: at(row), segment: '', profile: encodeProfile(profileOf(row, row + 1)) }
    })
  const window = { start: at(judged.to - size).toISOString(), end: at(judged.to).toISOString() }
  const compared = [
    { reference: { name: 'reference', profile: before, forSpan: () => null }, segments: [] },
  ]
  const told = await tellSince(
    partsOf,
    window,
    { version: '1', binning, compared },
    { ...judged, features: [...judged.features], since: null },
  )
  return told.features.flatMap((feature) =>
    feature.since === null
      ? []
      : [
          {
            feature: titleOf(feature),
            row: rowAt(feature.since.at),
            first: rowAt(feature.since.from),
            last: rowAt(feature.since.to),
          },
        ],
  )
}
