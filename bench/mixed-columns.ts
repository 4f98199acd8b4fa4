import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Binning, FeatureBinning } from '../contracts/binning.ts'
import {
  addColumns,
  type CategoryColumn,
  type Column,
  createProfile,
  type NumberColumn,
  numericEdges,
  numericScale,
  type Profile,
} from '../profiles/index.ts'

/** Standard normal, by Box and Muller. */
const normal = (next: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())

type Draw = (next: () => number, isCurrent: boolean) => number

/** The eight numeric columns; two of them moved a little in the window. */
const numbers: Readonly<Record<string, Draw>> = {
  normal: (next) => normal(next),
  shifted: (next, isCurrent) => normal(next) + (isCurrent ? 0.02 : 0),
  lognormal: (next) => Math.exp(normal(next)),
  exponential: (next) => -Math.log(1 - next()),
  uniform: (next) => next(),
  heavy: (next) => (1 - next()) ** (-1 / 1.5),
  tied: (next, isCurrent) => Math.floor((next() + next()) * (isCurrent ? 20.1 : 20)),
  zeros: (next) => (next() < 0.3 ? 0 : normal(next)),
}
const cardinalities = [5, 20, 80, 200]

export interface NamedColumn {
  readonly name: string
  readonly reference: Column
  readonly current: Column
}

/** Eight numeric and four categorical columns on both sides. */
export function mixedColumns(
  rows: { readonly reference: number; readonly current: number },
  next: () => number,
): NamedColumn[] {
  const numeric = Object.entries(numbers).map(([name, draw]) => {
    const side = (count: number, isCurrent: boolean) => ({
      values: Float64Array.from({ length: count }, () => draw(next, isCurrent)),
    })
    return { name, reference: side(rows.reference, false), current: side(rows.current, true) }
  })
  const categorical = cardinalities.map((size) => {
    const categories = Array.from({ length: size }, (_, i) => `category ${i}`)
    // The first categories are the frequent ones.
    const side = (count: number) => ({
      codes: Int32Array.from({ length: count }, () => Math.floor(size * next() ** 2)),
      categories,
    })
    return { name: `of ${size}`, reference: side(rows.reference), current: side(rows.current) }
  })
  return [...numeric, ...categorical]
}

/** One binary file for each column and side, which other languages read as they are, and their names. */
export function writeColumns(folder: string, columns: readonly NamedColumn[]): void {
  const described = columns.map(({ name, reference }) =>
    'codes' in reference
      ? { name, kind: 'categorical', categories: reference.categories }
      : { name, kind: 'numeric' },
  )
  writeFileSync(join(folder, 'columns.json'), JSON.stringify(described))
  for (const [i, { reference, current }] of columns.entries()) {
    for (const [side, column] of Object.entries({ reference, current })) {
      const data = 'codes' in column ? (column.codes as Int32Array) : column.values
      writeFileSync(join(folder, `${side}-${i}.bin`), data)
    }
  }
}

export function readColumns(folder: string): NamedColumn[] {
  const described = JSON.parse(readFileSync(join(folder, 'columns.json'), 'utf8')) as readonly {
    name: string
    categories?: string[]
  }[]
  return described.map(({ name, categories }, i) => {
    const side = (which: string): Column => {
      const { buffer, byteOffset, byteLength } = readFileSync(join(folder, `${which}-${i}.bin`))
      const bytes = buffer.slice(byteOffset, byteOffset + byteLength)
      return categories === undefined
        ? { values: new Float64Array(bytes) }
        : { codes: new Int32Array(bytes), categories }
    }
    return { name, reference: side('reference'), current: side('current') }
  })
}

/** A binning of columns: edges are quantiles of their first rows, up to 100,000 of them. */
export function binningOfColumns(columns: readonly { name: string; column: Column }[]): Binning {
  const features = columns.map(({ name, column }): FeatureBinning => {
    if ('codes' in column) {
      const categories = column.categories.toSorted()
      return { name, kind: 'categorical', categories }
    }
    const sorted = column.values.slice(0, 100_000).sort()
    const [minimum, maximum] = [sorted[0] ?? 0, sorted.at(-1) ?? 0]
    const scale = numericScale(minimum, maximum)
    return { name, kind: 'numeric', edges: numericEdges(sorted), minimum, maximum, scale }
  })
  return { schema: 'driftgate-binning/1', model: 'bench', version: '1', features }
}

/** A profile of some rows of columns, counted in blocks as a reader would hand them over. */
export function profileOf(
  binning: Binning,
  columns: readonly Column[],
  rows: number,
  block = 65_536,
): Profile {
  const profile = createProfile(binning)
  for (let start = 0; start < rows; start += block) {
    addColumns(
      profile,
      columns.map((column) => part(column, start, Math.min(rows, start + block))),
    )
  }
  return profile
}

function part(column: Column, start: number, end: number): NumberColumn | CategoryColumn {
  return 'codes' in column
    ? {
        codes: (column.codes as Int32Array).subarray(start, end),
        categories: column.categories,
      }
    : { values: column.values.subarray(start, end) }
}
