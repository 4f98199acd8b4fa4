import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gammaQ } from '../../statistics/gamma.ts'
import { normalTail } from '../../statistics/normal-tail.ts'
import { quickExp } from '../../statistics/quick-exp.ts'

test('the normal tail is that of the incomplete gamma function to 1e-12, down to 1e-300', () => {
  for (let z = 0; z < 37; z += 0.0137) {
    const error = normalTail(z) / (0.5 * gammaQ(0.5, (z * z) / 2)) - 1
    assert.ok(Math.abs(error) < 1e-12, `${z}: ${error}`)
  }
})

test('the quick exponential errs by less than 1e-13, and is 0 at infinity', () => {
  for (let x = 0; x < 745; x += 0.0731) {
    const error = quickExp(x) - Math.exp(-x)
    assert.ok(Math.abs(error) <= 1e-13 * Math.exp(-x), `${x}: ${error}`)
  }
  assert.equal(quickExp(Number.POSITIVE_INFINITY), 0)
})
