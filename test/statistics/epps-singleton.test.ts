import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eppsSingleton } from '../../statistics/epps-singleton.ts'
import { symmetricEigen } from '../../statistics/symmetric-eigen.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const draw = (n: number, seed: number, sd = 1) => {
  const next = mulberry32(seed)
  return Float64Array.from({ length: n }, () => normal(next, 0, sd))
}

test('without a change the p-value of Epps and Singleton keeps its level, also with ties', () => {
  const runs = 600
  for (const round of [false, true]) {
    let rejected = 0
    for (let run = 0; run < runs; run++) {
      const values = (seed: number) =>
        draw(60, seed).map((x) => (round ? Math.round(2 * x) / 2 : x))
      if (eppsSingleton(values(2 * run), values(2 * run + 1)).p <= 0.05) rejected++
    }
    // 30 are expected; four standard errors above.
    assert.ok(rejected <= 30 + 4 * Math.sqrt(28.5), String(rejected))
    assert.ok(rejected >= 10, String(rejected))
  }
})

test('a change of spread alone is found', () => {
  assert.ok(eppsSingleton(draw(300, 1), draw(300, 2, 1.6)).p < 1e-4)
})

test('too few values, or half of them equal, are refused', () => {
  assert.throws(() => eppsSingleton([1, 2, 3, 4], [1, 2, 3, 4, 5]), RangeError)
  assert.throws(() => eppsSingleton(Array(9).fill(1), [1, 1, 1, 1, 7]), RangeError)
})

test('eigenvectors turn a symmetric matrix into its eigenvalues', () => {
  const matrix = [
    [4, 1, 0.5],
    [1, 3, -1],
    [0.5, -1, 2],
  ]
  const { values, vectors } = symmetricEigen(matrix)
  for (const [i, value] of values.entries()) {
    for (const [row, entries] of matrix.entries()) {
      const image = entries.reduce((sum, entry, j) => sum + entry * vectors[i]![j]!, 0)
      assert.ok(Math.abs(image - value * vectors[i]![row]!) < 1e-12)
    }
  }
})
