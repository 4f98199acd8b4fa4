import assert from 'node:assert/strict'
import { it } from 'node:test'
import { chiSquareOfStrength } from '../../statistics/chi-square-strength.ts'
import { logChiSquareSf } from '../../statistics/special.ts'

it('a chi-square variable comes back from -2 ln of its p-value', () => {
  for (const degrees of [1, 2, 3.5, 9, 40]) {
    const sd = Math.sqrt(2 * degrees)
    for (const z of [-1.2, -0.5, 0, 1, 3, 12, 80]) {
      const x = degrees + z * sd
      if (x <= 0) continue
      const found = chiSquareOfStrength(-2 * logChiSquareSf(x, degrees), degrees)
      assert.ok(Math.abs(found - x) < 2e-3 * sd + 1e-5 * x, `${degrees}: ${found} is not ${x}`)
    }
  }
  assert.equal(chiSquareOfStrength(0, 5), 0)
  assert.ok(Number.isNaN(chiSquareOfStrength(Number.NaN, 5)))
})
