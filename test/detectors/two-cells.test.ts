import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWith, detectors, type Sides, sidesOfValues } from '../../detectors/index.ts'

/** Yes or no: `hits` of `rows` on each side are a yes. */
const yesOrNo = (before: [number, number], now: [number, number]): Sides => ({
  kind: 'categorical',
  feature: 'returned',
  categories: ['false', 'true'],
  reference: Float64Array.of(before[1] - before[0], before[0], 0),
  current: Float64Array.of(now[1] - now[0], now[0], 0),
  unseen: [],
  missing: { reference: 0, current: 0 },
})

const names = ['two-proportions', 'fisher-exact'] as const

test('a rate half as large again is what matters, and of nearly nothing one point', () => {
  const effect = (before: number, now: number) =>
    compareWith(
      detectors['two-proportions'],
      yesOrNo([before, 1_000_000], [Math.round(now / 10), 100_000]),
    ).effect
  const { minimumEffect } = detectors['two-proportions']
  assert.ok(effect(200_000, 340_000) > minimumEffect)
  assert.ok(effect(200_000, 300_000) < minimumEffect)
  assert.ok(effect(0, 11_000) > minimumEffect)
  assert.ok(effect(100, 5_000) < minimumEffect, 'fifty times as large, but half a point')
})

test('the effect does not grow with the rows, and an unchanged rate has none', () => {
  for (const name of names) {
    const at = (scale: number) =>
      compareWith(detectors[name], yesOrNo([50 * scale, 1_000 * scale], [45 * scale, 300 * scale]))
    assert.ok(Math.abs(at(10).effect - at(1_000).effect) < 0.02)
    const same = compareWith(detectors[name], yesOrNo([50, 1_000], [15, 300]))
    assert.equal(same.effect, 0)
    assert.equal(same.pValue, 1)
  }
})

test('they read two values as they read two categories', () => {
  const values = (hits: number, rows: number) =>
    Float64Array.from({ length: rows }, (_, i) => (i < hits ? 1 : 0))
  for (const name of names) {
    const counted = compareWith(detectors[name], yesOrNo([30, 500], [40, 200]))
    const raw = compareWith(detectors[name], sidesOfValues('x', values(30, 500), values(40, 200)))
    assert.deepEqual(raw, counted)
  }
})

test('three categories, and one alone, have no p-value, and the reason is given', () => {
  for (const name of names) {
    const three = { ...yesOrNo([30, 500], [40, 200]), current: Float64Array.of(1, 2, 3) }
    assert.match(compareWith(detectors[name], three).pValueAbsent ?? '', /exactly two cells/)
    const one = compareWith(detectors[name], yesOrNo([0, 500], [0, 200]))
    assert.equal(one.pValue, null)
  }
})

test('a new category beside an only one is the second of two', () => {
  const sides = { ...yesOrNo([0, 500], [0, 200]), current: Float64Array.of(150, 0, 50) }
  for (const name of names) assert.ok((compareWith(detectors[name], sides).pValue ?? 1) < 1e-20)
})

test("Cramér's V plain is sqrt(X² / n), and corrected it is none where chance explains X²", () => {
  const sides = yesOrNo([100, 1_000], [60, 400])
  const plain = compareWith(detectors['cramers-v'], sides, { corrected: false })
  // 2 x 2: X² = n (ad - bc)² / the product of the four margins.
  const x = (1_400 * (100 * 340 - 900 * 60) ** 2) / (1_000 * 400 * 160 * 1_240)
  assert.ok(Math.abs(plain.effect - Math.sqrt(x / 1_400)) < 1e-12)
  const corrected = compareWith(detectors['cramers-v'], sides)
  assert.ok(corrected.effect < plain.effect && corrected.effect > 0)
  const chance = compareWith(detectors['cramers-v'], yesOrNo([100, 1_000], [42, 400]))
  assert.equal(chance.effect, 0)
})
