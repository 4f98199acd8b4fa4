import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  principalComponents,
  reconstructionError,
  symmetricEigen,
} from '../../statistics/principal-components.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const near = (found: number, expected: number, within = 1e-12) =>
  assert.ok(Math.abs(found - expected) <= within, `${found}, expected ${expected}`)

// Around (1, 3): variance 4 along the diagonal, 1 across it.
const cross = Float64Array.from([3, 5, -1, 1, 2, 2, 0, 4])
const four = [0, 1, 2, 3]

test('a cross of four points has the components worked out by hand', () => {
  const one = principalComponents(cross, 2, four, 0.75)
  assert.deepEqual([...one.centre], [1, 3])
  assert.equal(one.count, 1)
  near(one.share, 0.8)
  const [x, y] = one.directions as unknown as [number, number]
  near(Math.abs(x), Math.SQRT1_2)
  near(x, y)
  near(reconstructionError(cross, 0, one), 0)
  near(reconstructionError(cross, 2, one), Math.SQRT2)
})

test('so many components are taken as hold the share', () => {
  const both = principalComponents(cross, 2, four, 0.81)
  assert.equal(both.count, 2)
  near(both.share, 1)
  for (const row of four) near(reconstructionError(cross, row, both), 0)
})

test('only the rows that are given count', () => {
  const line = principalComponents(cross, 2, [0, 1], 0.99)
  assert.equal(line.count, 1)
  near(reconstructionError(cross, 3, line), Math.SQRT2)
})

test('points of one place have no component and the distance from that place as error', () => {
  const none = principalComponents(Float64Array.from([2, 2, 2, 2, 5, 6]), 2, [0, 1], 0.65)
  assert.equal(none.count, 0)
  assert.equal(none.share, 1)
  near(reconstructionError(Float64Array.from([2, 2, 2, 2, 5, 6]), 2, none), 5)
})

test('the eigenvalues of a chain of three are 2 and 2 plus or minus the root of 2', () => {
  const { values } = symmetricEigen(Float64Array.from([2, -1, 0, -1, 2, -1, 0, -1, 2]), 3)
  const sorted = [...values].sort((left, right) => left - right) as [number, number, number]
  near(sorted[0], 2 - Math.SQRT2)
  near(sorted[1], 2)
  near(sorted[2], 2 + Math.SQRT2)
})

test('eigenvectors are perpendicular, of length 1, and put the matrix together again', () => {
  const next = mulberry32(7)
  const width = 12
  const matrix = new Float64Array(width * width)
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) matrix[i * width + j] = matrix[j * width + i] = next() - 0.5
  }
  const { values, vectors } = symmetricEigen(matrix, width)
  const at = (i: number, k: number) => vectors[i * width + k] as number
  const each = Array.from({ length: width }, (_, k) => k)
  for (const i of each) {
    for (const j of each) {
      const product = each.reduce((sum, k) => sum + at(k, i) * at(k, j), 0)
      near(product, i === j ? 1 : 0)
      const rebuilt = each.reduce((sum, k) => sum + (values[k] as number) * at(i, k) * at(j, k), 0)
      near(rebuilt, matrix[i * width + j] as number)
    }
  }
})

test('points without numbers and points too wide are refused', () => {
  assert.throws(() => principalComponents(new Float64Array(0), 0, [], 0.65), RangeError)
  assert.throws(() => principalComponents(new Float64Array(514), 257, [0, 1], 0.65), RangeError)
})
