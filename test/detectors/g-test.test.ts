import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWith, detectors, sidesOfValues } from '../../detectors/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const draw = (size: number, next: () => number) =>
  Float64Array.from({ length: size }, () => Math.floor(10 * next()))

for (const [n, m] of [
  [1_000, 1_000],
  [5_000, 50],
  [500, 100],
] as const) {
  test(`without change 5 % of windows are below 5 % (${n} and ${m} rows)`, () => {
    const next = mulberry32(n + m)
    let below = 0
    for (let i = 0; i < 2_000; i++) {
      const score = compareWith(
        detectors['g-test'],
        sidesOfValues('x', draw(n, next), draw(m, next)),
      )
      if ((score.pValue ?? 1) < 0.05) below += 1
    }
    assert.ok(below > 65 && below < 140, `${below} of 2,000`)
  })
}

test('a far larger change never gives p = 0', () => {
  const left = new Float64Array(20_000)
  const sides = sidesOfValues(
    'x',
    left,
    left.map(() => 1),
  )
  const pValue = compareWith(detectors['g-test'], sides).pValue ?? 0
  assert.ok(pValue > 0 && pValue < 1e-300)
})
