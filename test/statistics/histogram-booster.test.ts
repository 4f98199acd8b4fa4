import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BinnedColumn, binColumn, missingBin } from '../../statistics/binned-columns.ts'
import { boosterScores, fitBooster } from '../../statistics/histogram-booster.ts'
import { auc } from '../../statistics/metrics/ranking.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const upTo = (count: number, from = 0) => Uint32Array.from({ length: count }, (_, i) => from + i)
const numbers = (values: ArrayLike<number>) =>
  binColumn({ kind: 'numeric', values: Float64Array.from(values) })

/** AUC on rows that were not learned from. */
function heldOut(columns: readonly BinnedColumn[], labels: Uint8Array): number {
  const half = labels.length / 2
  const booster = fitBooster(columns, labels, upTo(half))
  const scores = boosterScores(booster, columns, upTo(half, half))
  return auc([...scores], [...labels.subarray(half)])
}

test('few distinct numbers get a bin each, many are cut into cells of equally many rows', () => {
  const few = numbers([3, 1, Number.NaN, 2, 3, Number.POSITIVE_INFINITY])
  assert.deepEqual([...few.bins], [2, 0, missingBin, 1, 2, 3])
  assert.equal(few.count, 4)
  const next = mulberry32(1)
  const many = binColumn(
    { kind: 'numeric', values: Float64Array.from({ length: 8_000 }, next) },
    16,
  )
  const counts = new Uint32Array(256)
  for (const bin of many.bins) counts[bin]!++
  assert.equal(many.count, 16)
  assert.ok(counts.subarray(0, 16).every((count) => count === 500))
})

test('the most frequent categories get a bin each, the others share the last', () => {
  const codes = Int32Array.from([5, 5, 5, 9, 9, 7, 2, -1])
  const { bins, count } = binColumn({ kind: 'categorical', codes }, 3)
  assert.deepEqual([...bins], [0, 0, 0, 1, 1, 2, 2, missingBin])
  assert.equal(count, 3)
  assert.throws(() => binColumn({ kind: 'categorical', codes }, 256), RangeError)
})

test('the first split is the best of all there are', () => {
  const next = mulberry32(2)
  const raw = [0, 1, 2].map(() => Array.from({ length: 200 }, () => Math.floor(next() * 9)))
  const labels = Uint8Array.from(raw[0]!, (value, i) =>
    next() < (value + 2 * raw[1]![i]!) / 24 ? 1 : 0,
  )
  const settings = { trees: 1, leaves: 2, penalty: 0, leastWeight: 1e-9 }
  const { trees, baseline } = fitBooster(raw.map(numbers), labels, upTo(200), settings)
  const p = 1 / (1 + Math.exp(-baseline))
  const gainOf = (column: number, edge: number) => {
    const side = (left: boolean) => labels.filter((_, i) => raw[column]![i]! <= edge === left)
    const [a, b] = [side(true), side(false)]
    const part = (y: Uint8Array) =>
      y.length === 0 ? 0 : y.reduce((sum, l) => sum + p - l, 0) ** 2 / (y.length * p * (1 - p))
    return part(a) + part(b) - part(labels)
  }
  const gains = raw.flatMap((_, column) => [...Array(9).keys()].map((edge) => gainOf(column, edge)))
  const root = trees[0]![0]!
  assert.ok('split' in root)
  const { column, bin, gain } = root.split
  assert.ok(Math.abs(gain - Math.max(...gains)) < 1e-9)
  assert.equal(column * 9 + bin, gains.indexOf(Math.max(...gains)))
})

test('an interaction that no column shows alone is learned, nearly as well as it can be', () => {
  const next = mulberry32(3)
  const columns = Array.from({ length: 4 }, () => Array.from({ length: 8_000 }, () => normal(next)))
  const truth = columns[0]!.map((value, i) => 3 * value * columns[1]![i]!)
  const labels = Uint8Array.from(truth, (logOdds) =>
    next() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0,
  )
  const best = auc(truth.slice(4_000), [...labels.subarray(4_000)])
  const reached = heldOut(columns.map(numbers), labels)
  assert.ok(reached > best - 0.03, `${reached} of ${best}`)
})

test('a missing value and a single category among fifty are told apart', () => {
  const next = mulberry32(4)
  const labels = Uint8Array.from({ length: 4_000 }, () => (next() < 0.5 ? 1 : 0))
  const missing = numbers(
    Array.from(labels, (l) => (l === 1 && next() < 0.4 ? Number.NaN : next())),
  )
  const codes = Int32Array.from(labels, (l) =>
    l === 0 && next() < 0.4 ? 17 : Math.floor(next() * 50),
  )
  for (const column of [missing, binColumn({ kind: 'categorical', codes })]) {
    const reached = heldOut([column], labels)
    assert.ok(reached > 0.66 && reached < 0.73, String(reached))
  }
})

test('nothing is learned from columns that hold one value, and the base rate remains', () => {
  const labels = Uint8Array.from({ length: 100 }, (_, i) => (i < 19 ? 1 : 0))
  const columns = [numbers(new Float64Array(100).fill(7)), numbers(new Float64Array(100).fill(NaN))]
  const booster = fitBooster(columns, labels, upTo(100))
  assert.equal(booster.trees.length, 0)
  const [score] = boosterScores(booster, columns, upTo(1))
  assert.ok(Math.abs(score! - Math.log(20 / 82)) < 1e-12)
  assert.throws(() => fitBooster([], labels, upTo(100)), RangeError)
})

test('the same rows give the same trees, and a column without meaning gains little', () => {
  const next = mulberry32(5)
  const columns = Array.from({ length: 3 }, () => Array.from({ length: 2_000 }, next))
  const labels = Uint8Array.from(columns[1]!, (value) => (next() < 0.2 + 0.6 * value ? 1 : 0))
  const fit = () => fitBooster(columns.map(numbers), labels, upTo(2_000), { trees: 10, leaves: 4 })
  assert.deepEqual(fit(), fit())
  const { gains } = fit()
  assert.ok(gains[1]! > 4 * Math.max(gains[0]!, gains[2]!), String(gains))
})
