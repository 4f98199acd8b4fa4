import assert from 'node:assert/strict'
import { test } from 'node:test'
import { studentSf } from '../../statistics/beta.ts'
import { mannWhitney } from '../../statistics/mann-whitney.ts'
import { sampleMoments, studentTest, welchTest } from '../../statistics/t-test.ts'

const x = [1.2, 3.4, 0.5, 2.2, 9.1, 4.4, 3.3]
const y = [2.0, 8.5, 0.1, 7.7, -3.2, 5.5, 12.0, 1.1, 4.2]
const scaled = (list: readonly number[], by: number) => list.map((value) => value * by)

test('moments of values near the end of the doubles are finite, and those of small ones are not 0', () => {
  const here = sampleMoments(x)
  for (const by of [1e300, 1e307, 1e-300]) {
    const there = sampleMoments(scaled(x, by))
    assert.ok(Math.abs(there.mean / by / here.mean - 1) < 1e-12)
    assert.ok(Math.abs(there.sd / by / here.sd - 1) < 1e-12)
  }
  assert.throws(() => sampleMoments([]), RangeError)
})

test('t tests do not depend on the unit of the values, up to the end of the doubles', () => {
  for (const compare of [welchTest, studentTest]) {
    const here = compare(sampleMoments(x), sampleMoments(y))!
    for (const by of [1e300, 1e-300]) {
      const there = compare(sampleMoments(scaled(x, by)), sampleMoments(scaled(y, by)))!
      assert.ok(Math.abs(there.t / here.t - 1) < 1e-9 && Math.abs(there.p / here.p - 1) < 1e-9)
    }
  }
})

test("Student's tail is a number for every t", () => {
  assert.equal(studentSf(0, 5), 0.5)
  assert.equal(studentSf(Number.POSITIVE_INFINITY, 5), 0)
  assert.ok(studentSf(1e60, 5) > 0 && studentSf(1e200, 5) === 0)
})

test('a side without rows has no rank', () => {
  assert.throws(() => mannWhitney([], [1]), RangeError)
  assert.throws(() => mannWhitney([0, 0], [1, 2]), RangeError)
})
