import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addColumns,
  addRow,
  buildBinning,
  createProfile,
  encodeProfile,
} from '../../profiles/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const next = mulberry32(21)
const numbers: Readonly<Record<string, () => number>> = {
  normal: () => normal(next),
  heavy: () => (1 - next()) ** -3,
  tied: () => Math.floor(next() * 5),
  wild: () => normal(next) * 10 ** (600 * next() - 300),
  zeros: () => (next() < 0.5 ? 0 : -0),
}
const categories = ['a', 'b', 'ß'.repeat(200), 'never', 'new']
const settings = {
  ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'numeric' } as const])),
  kind: { type: 'categorical' } as const,
}
const draws = Object.values(numbers)
const row = (known: number) => [
  ...draws.map((draw) => draw()),
  categories[Math.floor(next() * known)] as string,
  next(),
]
const binning = buildBinning(
  'm',
  '1',
  settings,
  Array.from({ length: 4_000 }, () => row(3)),
)

test('columns give the same bytes as their rows one by one', () => {
  const rows = Array.from({ length: 9_000 }, () => row(5))
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e12, -0]
  for (const [i, value] of special.entries()) rows[i * 1_000]![0] = value
  const expected = createProfile(binning)
  for (const one of rows) addRow(expected, one)

  const found = createProfile(binning)
  for (const [from, to] of [
    [0, 10],
    [10, 9_000],
  ] as const)
    addColumns(found, columnsOf(rows.slice(from, to)))
  assert.deepEqual(encodeProfile(found), encodeProfile(expected))
})

test('rows without a value are counted as missing in either kind of column', () => {
  const rows = Array.from({ length: 300 }, () => row(3))
  const columns = columnsOf(rows).map((column) =>
    'codes' in column
      ? { ...column, codes: column.codes.map((code, i) => (i < 100 ? -1 : code)) }
      : { values: column.values.subarray(100), missing: 100 },
  )
  const expected = createProfile(binning)
  for (const [i, one] of rows.entries()) addRow(expected, i < 100 ? one.map(() => null) : one)
  const found = createProfile(binning)
  addColumns(found, columns)
  assert.deepEqual(encodeProfile(found), encodeProfile(expected))
})

test('columns that do not fit count nothing and are RECORD_MALFORMED', () => {
  const fitting = columnsOf(Array.from({ length: 10 }, () => row(3)))
  const other = (at: number, column: (typeof fitting)[number]) => fitting.with(at, column)
  const wrong = [
    fitting.slice(1),
    other(1, { values: new Float64Array(9) }),
    other(1, { codes: new Int32Array(10), categories: ['a'] }),
    other(5, { values: new Float64Array(10) }),
    other(5, { codes: new Int32Array(10).fill(1), categories: ['a'] }),
  ]
  const profile = createProfile(binning)
  for (const columns of wrong) {
    assert.throws(() => addColumns(profile, columns), { code: 'RECORD_MALFORMED' })
  }
  assert.deepEqual(encodeProfile(profile), encodeProfile(createProfile(binning)))
})

function columnsOf(rows: readonly (readonly (number | string)[])[]) {
  return (rows[0] as readonly (number | string)[]).map((first, i) =>
    typeof first === 'string'
      ? { codes: Int32Array.from(rows, (one) => categories.indexOf(one[i] as string)), categories }
      : { values: Float64Array.from(rows, (one) => one[i] as number) },
  )
}
