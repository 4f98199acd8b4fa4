import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWith, detectors, sidesOfCategories } from '../../detectors/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const categories = Array.from({ length: 200 }, (_, i) => `c${i}`)
const weights = categories.map((_, i) => 1 / (i + 1))
const sums = weights.map(
  (
    (sum) => (weight: number) =>
      (sum += weight)
  )(0),
)
const last = sums.at(-1) as number

const column = (rows: number, next: () => number) => ({
  categories,
  codes: Int32Array.from({ length: rows }, () => {
    const u = next() * last
    return sums.findIndex((sum) => u < sum)
  }),
})

for (const [reference, current] of [
  [500, 1_000],
  [500, 5_000],
] as const) {
  test(`categories too rare for a reference of ${reference} rows are no change in ${current}`, () => {
    const next = mulberry32(31)
    let [below5, below1000] = [0, 0]
    const trials = 400
    for (let i = 0; i < trials; i++) {
      const sides = sidesOfCategories('city', column(reference, next), column(current, next))
      assert.ok((sides.current.at(-1) as number) > 0, 'there are unseen ones')
      const p = compareWith(detectors['chi-square'], sides).pValue ?? 1
      if (p <= 0.05) below5++
      if (p <= 0.001) below1000++
    }
    // Four standard errors above 5 % of 400, and above 0.1 %.
    assert.ok(below5 <= 37, `${below5} of ${trials} below 5 %`)
    assert.ok(below1000 <= 3, `${below1000} of ${trials} below 0.1 %`)
  })
}

test('one new category that many rows are in is still found', () => {
  const next = mulberry32(32)
  const before = column(500, next)
  const now = column(1_000, next)
  const moved = now.codes.map((code, i) => (i % 8 === 0 ? 200 : code))
  const sides = sidesOfCategories('city', before, {
    categories: [...categories, 'new'],
    codes: moved,
  })
  assert.ok((compareWith(detectors['chi-square'], sides).pValue ?? 1) < 1e-5)
})

test('unseen categories whose names were not kept are taken with the rare ones', () => {
  const sides = sidesOfCategories(
    'city',
    column(500, mulberry32(33)),
    column(5_000, mulberry32(34)),
  )
  const partly = { ...sides, unseenCounts: (sides.unseenCounts ?? []).slice(0, 5) }
  const { cells, pValue } = compareWith(detectors['chi-square'], partly)
  assert.ok(cells > 5 && (pValue ?? 0) > 1e-4, `${cells} cells, p ${pValue}`)
})
