import type { RowTable } from '../../detectors/rows.ts'
import { mulberry32, normal } from './mulberry32.ts'

export interface SimulatedRow {
  readonly country: string | null
  readonly age: number
  readonly merchant: string
  readonly amount: number
  readonly channel: string
}

const countries = ['DE', 'FR', 'IT', 'ES', 'PL', 'NL']
const channels = ['web', 'app', 'shop']

/** One row: a few countries, ages 18 to 80, a quarter of them up to 25, hundreds of merchants, an amount that is missing now and then. */
export function drawRow(next: () => number): SimulatedRow {
  return {
    country:
      next() < 0.03 ? null : (countries[Math.floor(next() ** 1.5 * countries.length)] as string),
    age: 18 + Math.floor(63 * next() ** 1.5),
    merchant: `m${Math.floor(400 * next() ** 2)}`,
    amount: next() < 0.1 ? Number.NaN : Math.exp(normal(next, 3, 1)),
    channel: channels[Math.floor(next() * channels.length)] as string,
  }
}

export function tableOf(rows: readonly SimulatedRow[]): RowTable {
  const category = (name: 'country' | 'merchant' | 'channel') => {
    const categories: string[] = []
    const places = new Map<string, number>()
    const codes = Int32Array.from(rows, (row) => {
      const value = row[name]
      if (value === null) return -1
      const known = places.get(value)
      if (known !== undefined) return known
      places.set(value, categories.length)
      return categories.push(value) - 1
    })
    return { name, kind: 'categorical' as const, codes, categories }
  }
  const number = (name: 'age' | 'amount') => ({
    ...{ name, kind: 'numeric' as const },
    values: Float64Array.from(rows, (row) => row[name]),
  })
  return {
    rows: rows.length,
    columns: [
      category('country'),
      number('age'),
      category('merchant'),
      number('amount'),
      category('channel'),
    ],
  }
}

/** Rows with what each lost, as `lossOf` says. */
export function sampleOf(
  seed: number,
  count: number,
  lossOf: (row: SimulatedRow, next: () => number) => number,
  draw: (next: () => number) => SimulatedRow = drawRow,
) {
  const next = mulberry32(seed)
  const rows = Array.from({ length: count }, () => draw(next))
  return {
    ids: rows.map((_, i) => `${seed}-${i}`),
    rows,
    table: tableOf(rows),
    losses: Float64Array.from(rows, (row) => lossOf(row, next)),
  }
}

/** An error of this chance. */
export const errorOf = (chance: number, next: () => number): number => (next() < chance ? 1 : 0)

export const isPlanted = ({ country, age }: SimulatedRow): boolean => country === 'DE' && age <= 25
