import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Binning, binningSchema } from '../../contracts/binning.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import {
  addRow,
  buildBinning,
  createProfile,
  decodeProfile,
  encodeProfile,
  moments,
  type NumericCounts,
} from '../../profiles/index.ts'

/** The counts of one numeric column, after a way through bytes. */
function counted(column: readonly FeatureValue[], known = column): NumericCounts {
  const row = (value: FeatureValue) => [value, 0.5]
  const binning = buildBinning('m', '1', { x: { type: 'numeric' } }, known.map(row))
  const stored = binningSchema.parse(JSON.parse(JSON.stringify(binning)))
  assert.deepEqual(stored, binning, 'a binning survives JSON')
  const profile = createProfile(stored)
  for (const value of column) addRow(profile, row(value))
  const [counts] = decodeProfile(encodeProfile(profile), stored).features
  assert.ok(counts?.kind === 'numeric')
  return counts
}

const counts = ({ missing, nan, positiveInfinity, negativeInfinity, cells }: NumericCounts) => ({
  ...{ missing, nan, positiveInfinity, negativeInfinity },
  finite: cells.reduce((sum, count) => sum + count, 0),
})

test('what is no number is counted by its kind and is in no sum', () => {
  const found = counted(['NaN', 'Infinity', 'Infinity', '-Infinity', null, undefined, 5])
  assert.deepEqual(counts(found), {
    ...{ missing: 2, nan: 1, positiveInfinity: 2, negativeInfinity: 1, finite: 1 },
  })
  assert.equal(moments(found)?.mean, 5)
})

test('nothing at all, and nothing finite', () => {
  for (const column of [[], [null], ['NaN', 'Infinity']] as FeatureValue[][]) {
    const found = counted(column)
    assert.equal(counts(found).finite, 0)
    assert.equal(moments(found), null)
    assert.deepEqual([found.min, found.max], [Infinity, -Infinity])
  }
})

test('a constant has a cell of its own and no deviation', () => {
  const found = counted(Array(1_000).fill(3.7))
  assert.equal(Math.max(...found.cells), 1_000)
  assert.deepEqual([found.min, found.max, moments(found)?.sd], [3.7, 3.7, 0])
  assert.ok(Math.abs((moments(found)?.mean ?? 0) - 3.7) < 1e-6)
})

test('-0 is 0, also in the bytes', () => {
  const bytes = (zero: number) => {
    const binning = buildBinning('m', '1', { x: { type: 'numeric' } }, [[zero, 0]])
    const profile = createProfile(binning)
    addRow(profile, [zero, 0])
    return Buffer.from(encodeProfile(profile)).toString('hex')
  }
  assert.equal(bytes(-0), bytes(0))
})

test('the ends of the doubles are binned; what is beyond the scale is left out of the mean', () => {
  const largest = Number.MAX_VALUE
  const column = [largest, largest, largest, -largest, 1e300, 5e-324]
  const found = counted(Array(50).fill(column).flat())
  assert.equal(counts(found).finite, 300)
  assert.equal(found.edges.at(-1), largest, 'no edge lies above it')
  assert.equal(found.cells.at(-1), 150)
  assert.ok(Number.isFinite(moments(found)?.mean) && Number.isFinite(moments(found)?.sd))
  const outlier = counted([1, 2, 3, 1e300], [1, 2, 3])
  assert.deepEqual([outlier.beyond, outlier.above, outlier.max], [1, 1, 1e300])
  assert.ok(Math.abs((moments(outlier)?.mean ?? 0) - 2) < 1e-5)
})

test('one category, and a million', () => {
  const features = { x: { type: 'categorical' } } as const
  const one = buildBinning('m', '1', features, [['only', 0]])
  assert.deepEqual(one.features[0]?.kind === 'categorical' && one.features[0].categories, ['only'])
  const million = Array.from({ length: 1_000_000 }, (_, index) => [`c${index}`, 0])
  const binning = buildBinning('m', '1', features, million)
  const profile = createProfile(binning)
  for (const row of million) addRow(profile, row)
  const [found] = decodeProfile(encodeProfile(profile), binning).features
  assert.ok(found?.kind === 'categorical')
  assert.equal(found.counts.length, 1_000)
  assert.ok(found.counts.every((count) => count === 1))
  assert.equal(found.unseen.total, 999_000)
})

test('bytes of version 0.1.0 are read, and the same rows still give them', () => {
  const file = new URL('layout-1.json', import.meta.url)
  const stored = JSON.parse(readFileSync(file, 'utf8')) as {
    binning: Binning
    rows: FeatureValue[][]
    bytes: string
  }
  const bytes = Buffer.from(stored.bytes, 'base64')
  const binning = binningSchema.parse(stored.binning)
  const profile = createProfile(binning)
  for (const row of stored.rows) addRow(profile, row)
  assert.equal(Buffer.from(encodeProfile(profile)).toString('base64'), stored.bytes)
  const read = decodeProfile(bytes, binning)
  assert.equal(read.rows, stored.rows.length)
  assert.deepEqual(Buffer.from(encodeProfile(read)), bytes)
})
