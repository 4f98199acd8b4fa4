import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelSettings } from '../../contracts/config.ts'
import {
  addRow,
  buildBinning,
  createProfile,
  shareAsUnusual,
  standingIn,
} from '../../profiles/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const features = modelSettings.shape.features.parse({
  amount: { type: 'numeric' },
  plan: { type: 'categorical' },
})
const next = mulberry32(5)
const rows = Array.from({ length: 2_000 }, (_, i) => [
  i % 20 === 0 ? null : normal(next, 100, 20),
  i % 50 === 0 ? 'rare' : i % 2 === 0 ? 'pro' : 'basic',
  next(),
])
const profile = createProfile(buildBinning('m', 'b1', features, rows, { segments: [] }))
for (const row of rows) addRow(profile, row)
const standing = (values: (number | string | null)[]) => standingIn(profile, values)

test('a number stands at its quantile, and its tail is two-sided', () => {
  const sorted = rows
    .flatMap(([amount]) => (amount === null ? [] : [amount as number]))
    .sort((a, b) => a - b)
  for (const share of [0.01, 0.2, 0.5, 0.9, 0.99]) {
    const value = sorted[Math.floor(share * sorted.length)] as number
    const [amount] = standing([value, 'pro', 0.5])
    assert.ok(Math.abs((amount?.quantile ?? 0) - share) < 0.02, `${share}: ${amount?.quantile}`)
    assert.ok(Math.abs((amount?.tail ?? 0) - 2 * Math.min(share, 1 - share)) < 0.04, `${share}`)
  }
})

test('what was never seen has no tail, and says why', () => {
  const told = (values: (number | string | null)[], at: number) => {
    const { tail, note } = standing(values)[at]!
    return [tail, note]
  }
  assert.deepEqual(told([-1e6, 'pro', 0.5], 0), [0, 'below all'])
  assert.deepEqual(told([1e6, 'pro', 0.5], 0), [0, 'above all'])
  assert.deepEqual(told([100, 'XX', 0.5], 1), [0, 'unseen'])
  assert.deepEqual(told(['NaN', 'pro', 0.5], 0), [0, 'not finite'])
  assert.deepEqual(told([100, null, 0.5], 1), [0, 'missing'])
  assert.deepEqual(told([null, 'pro', 0.5], 0), [0.05, 'missing'])
})

test('a category is as unusual as all that are no more frequent', () => {
  const tailOf = (plan: string) => standing([100, plan, 0.5])[1]?.tail
  assert.equal(tailOf('rare'), 0.02)
  assert.equal(tailOf('basic'), 1)
})

test('of rows like the reference so many are as unusual as they should be, and of odd ones none', () => {
  const sample = rows.slice(0, 1_000)
  const share = (values: (number | string | null)[]) =>
    shareAsUnusual(profile, sample, standing(values)) ?? Number.NaN
  const shares = rows.slice(1_000).map((row) => share(row as (number | string | null)[]))
  for (const level of [0.05, 0.25, 0.5]) {
    const found = shares.filter((each) => each <= level).length / shares.length
    assert.ok(Math.abs(found - level) < 0.05, `${level}: ${found}`)
  }
  assert.equal(share([1e6, 'XX', 0.5]), 0)
  assert.equal(shareAsUnusual(profile, [], standing([1, 'pro', 0.5])), null)
})
