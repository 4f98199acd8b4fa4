import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDue, largestLevel, levelOfLook, scalesInForce } from '../../policies/budget.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const hour = 3_600_000
const budget = { falseAlarms: 1, per: 720 * hour }
const anchor = Date.parse('2001-01-01T00:00:00Z')

test('the levels of all looks of a period add up to the budget', () => {
  const scales = scalesInForce([1, 6, 24, 168], hour, budget)
  let expected = 0
  for (let i = 0; i < 720 * 7; i++) {
    for (const scale of scales) {
      if (isDue(scale, hour, anchor + i * hour, anchor)) {
        expected += levelOfLook(scale, scales.length, hour, budget)
      }
    }
  }
  assert.ok(Math.abs(expected / 7 - budget.falseAlarms) < 1e-9, String(expected / 7))
})

test('a scale longer than the time of the budget is left out, the single window never', () => {
  assert.deepEqual(scalesInForce([24, 6, 6], 24 * hour, budget), [1, 6, 24])
  assert.deepEqual(scalesInForce([6, 24], 168 * hour, budget), [1])
})

test('rare windows do not make a loose level', () => {
  assert.equal(levelOfLook(1, 1, 720 * hour, budget), largestLevel)
})

test('a scale is looked at every half of its length, also before the anchor', () => {
  const due = [-2, -1, 0, 10, 11, 12, 23].filter((i) => isDue(24, hour, anchor + i * hour, anchor))
  assert.deepEqual(due, [-1, 11, 23])
  assert.deepEqual(
    [-1, 0, 1, 2].filter((i) => isDue(6, hour, anchor + i * hour, anchor)),
    [-1, 2],
  )
})

test('model-quarters without change raise as many false alarms as the budget says', () => {
  // Valid p-values are at most uniform: 20 tests a look, each at its share of the look's level.
  const next = mulberry32(7)
  const scales = scalesInForce([1, 6, 24, 168], hour, budget)
  const quarters = 60
  let alarms = 0
  for (let i = 0; i < quarters * 2_160; i++) {
    for (const scale of scales) {
      if (!isDue(scale, hour, anchor + i * hour, anchor)) continue
      const level = levelOfLook(scale, scales.length, hour, budget) / 20
      for (let k = 0; k < 20; k++) if (next() <= level) alarms++
    }
  }
  // 180 are expected; four standard errors either side.
  assert.ok(Math.abs(alarms - 3 * quarters) < 4 * Math.sqrt(3 * quarters), String(alarms))
})
