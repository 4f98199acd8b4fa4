import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Binning } from '../contracts/binning.ts'
import { compareWith, detectors, sidesOfCategories, sidesOfValues } from '../detectors/index.ts'
import { scoreFeatures } from '../detectors/score-features.ts'
import { judge } from '../policies/verdict.ts'
import {
  addColumns,
  type Column,
  createProfile,
  decodeProfile,
  encodeProfile,
  type Profile,
} from '../profiles/index.ts'
import { chiSquareTest } from '../statistics/contingency.ts'
import { kolmogorovSmirnovFiniteP } from '../statistics/kolmogorov-smirnov.ts'
import { kolmogorovSmirnovOfValues } from '../statistics/kolmogorov-values.ts'
import { binningOfColumns, type NamedColumn, profileOf, readColumns } from './mixed-columns.ts'

/** Statistic and p-value of one column. */
export type Pair = readonly [number, number]

/** Distance and chi-square of raw columns with the p-values that scipy gives them. */
export const ofRawColumns = (columns: readonly NamedColumn[]): Pair[] => columns.map(rawColumn)

export function rawColumn({ name, reference, current }: NamedColumn): Pair {
  if ('codes' in reference && 'codes' in current) {
    const sides = sidesOfCategories(name, reference, current)
    const { statistic, p } = chiSquareTest([sides.reference, sides.current])
    return [statistic, p]
  }
  const [x, y] = [reference, current] as [{ values: Float64Array }, { values: Float64Array }]
  const { distance, n, m } = kolmogorovSmirnovOfValues(x.values, y.values)
  return [distance, kolmogorovSmirnovFiniteP(distance, n, m)]
}

/** The same columns through the registered detectors, with effects, intervals and p-values for ties. */
export const throughDetectors = (columns: readonly NamedColumn[]): Pair[] =>
  columns.map(({ name, reference, current }) => {
    const [detector, sides] =
      'codes' in reference && 'codes' in current
        ? [detectors['chi-square'], sidesOfCategories(name, reference, current)]
        : [
            detectors.ks,
            sidesOfValues(
              name,
              (reference as { values: Float64Array }).values,
              (current as { values: Float64Array }).values,
            ),
          ]
    const { score, pValue } = compareWith(detector, sides)
    return [score, pValue ?? 1]
  })

/** A reference as it is stored: its binning and the bytes of its profile. */
export interface Stored {
  readonly binning: Binning
  readonly bytes: Uint8Array
}

export function storeReference(columns: readonly NamedColumn[], rows: number): Stored {
  const sides = columns.map(({ name, reference }) => ({ name, column: reference }))
  const binning = binningOfColumns(sides)
  const profile = profileOf(
    binning,
    sides.map(({ column }) => column),
    rows,
  )
  return { binning, bytes: encodeProfile(profile) }
}

/** Counts a window of raw columns and judges it against a stored reference: everything a scan does after reading. */
export function againstStored(
  { binning, bytes }: Stored,
  current: readonly Column[],
  rows: number,
) {
  return verdictOf(decodeProfile(bytes, binning), profileOf(binning, current, rows))
}

export function verdictOf(reference: Profile, current: Profile) {
  const names = reference.features.map(({ binning }) => binning.name)
  const features = Object.fromEntries(names.map((name) => [name, { type: 'numeric' } as const]))
  const scores = scoreFeatures(reference, current, [], [], { features })
  return judge({
    ...scores,
    rows: { good: current.rows, bad: 0, lost: 0 },
    emptyWindows: 0,
    settings: {
      significance: 0.001,
      minimumRows: 500,
      maximumBadShare: 0.1,
      staleAfterWindows: 2,
    },
  })
}

/** Counts the window from its files, block by block; only one block of rows is ever in memory. */
export function streamWindow(folder: string, { binning, bytes }: Stored): string {
  const described = JSON.parse(readFileSync(join(folder, 'columns.json'), 'utf8')) as readonly {
    categories?: string[]
  }[]
  const files = described.map((_, i) => openSync(join(folder, `current-${i}.bin`), 'r'))
  const profile = createProfile(binning)
  const block = 65_536
  const buffers = described.map(({ categories }) => new ArrayBuffer(block * (categories ? 4 : 8)))
  for (;;) {
    const columns = described.map(({ categories }, i): Column => {
      const buffer = buffers[i] as ArrayBuffer
      const got = readSync(files[i] as number, new Uint8Array(buffer))
      return categories === undefined
        ? { values: new Float64Array(buffer, 0, got / 8) }
        : { codes: new Int32Array(buffer, 0, got / 4), categories }
    })
    const [first] = columns
    if (first === undefined || ('codes' in first ? first.codes : first.values).length === 0) break
    addColumns(profile, columns)
  }
  for (const file of files) closeSync(file)
  return verdictOf(decodeProfile(bytes, binning), profile).verdict
}

const seconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000_000
}

/** CPU seconds of each of `runs`, and what the last one gave. */
function timed<Result>(runs: number, work: () => Result) {
  const taken: number[] = []
  let result: Result | undefined
  for (let i = 0; i < runs; i++) {
    const began = seconds()
    result = work()
    taken.push(seconds() - began)
  }
  return { seconds: taken, result: result as Result }
}

/** As a process of its own: `detector-work.ts FOLDER TASK RUNS` prints one JSON object. */
function main([folder = '', task = '', runs = '1']: readonly string[]): object {
  const stored = (): Stored => ({
    binning: JSON.parse(readFileSync(join(folder, 'binning.json'), 'utf8')) as Binning,
    bytes: readFileSync(join(folder, 'reference.profile')),
  })
  const times = Number(runs)
  if (task === 'stream') {
    const verdict = streamWindow(folder, stored())
    return { verdict, megabytes: process.resourceUsage().maxRSS / 1_024 }
  }
  const columns = readColumns(folder)
  if (task === 'raw') return timed(times, () => ofRawColumns(columns))
  if (task === 'detectors') return timed(times, () => throughDetectors(columns))
  if (task === 'ks') return timed(times, () => rawColumn(columns[0] as NamedColumn))
  const current = columns.map((column) => column.current)
  const [first] = current as [{ values: Float64Array }]
  const reference = stored()
  const { seconds: taken } = timed(times, () =>
    againstStored(reference, current, first.values.length),
  )
  return { seconds: taken }
}

if (process.argv[1]?.endsWith('detector-work.ts')) {
  const words = process.argv.slice(2)
  if (words[1] === 'store') {
    const columns = readColumns(words[0] as string)
    const [{ reference }] = columns as [NamedColumn]
    const rows = (reference as { values: Float64Array }).values.length
    const { binning, bytes } = storeReference(columns, rows)
    writeFileSync(join(words[0] as string, 'binning.json'), JSON.stringify(binning))
    writeFileSync(join(words[0] as string, 'reference.profile'), bytes)
    console.log('{}')
  } else console.log(JSON.stringify(main(words)))
}
