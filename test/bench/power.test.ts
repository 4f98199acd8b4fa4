import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostRatio } from '../../bench/power/find.ts'
import { ratioOf, sizeFound, thresholdAt } from '../../bench/power/shift.ts'
import { type Job, simulate } from '../../bench/power/simulate.ts'
import { normalSf } from '../../statistics/special.ts'

test('the size found with 80 % is that of the z test for powers of the z test', () => {
  const points = [1, 1.5, 2, 2.5, 3, 3.5].map((size) => ({ size, power: normalSf(1.96 - size) }))
  assert.ok(Math.abs(sizeFound(points) - (1.96 + 0.8416)) < 0.001)
})

test('a change that is never found has no size, and one found everywhere the smallest', () => {
  const points = (power: number) => [1, 2, 3].map((size) => ({ size, power }))
  assert.equal(sizeFound(points(0.1)), Number.POSITIVE_INFINITY)
  assert.equal(sizeFound(points(1)), 0)
})

test('a threshold is passed as often as the rate says', () => {
  const evidence = Array.from({ length: 1_000 }, (_, i) => i)
  const threshold = thresholdAt(evidence, 0.05)
  assert.equal(evidence.filter((value) => value >= threshold).length, 50)
})

const job = { reference: 1_000, current: 300, first: 0, seed: 4, ratio: 1.3 } as const

test('in short: a mean shift is found by KS as early as scipy finds it, and spread not by ranks', () => {
  const numeric: Job = { ...job, kind: 'numeric', last: 240, changedBelow: 24 }
  const found = simulate(numeric)
  const { ratio, error } = ratioOf(found, 'mean', 'ours ks', 'scipy ks', 0.05)
  assert.ok(ratio - 2.33 * error <= mostRatio, `${ratio} ± ${error}`)
  // Seeded: what is far outside the promise is told from what is inside.
  const blind = ratioOf(found, 'variance', 'ours mann-whitney', 'scipy anderson-darling', 0.05)
  assert.ok(blind.ratio > 1.5, String(blind.ratio))
})

test('in short: a rare category is found by chi-square as early as by the distance of other tools', () => {
  const found = simulate({ ...job, kind: 'categorical', last: 1_500, changedBelow: 300 })
  const peer = 'peer NannyML, Evidently: Jensen-Shannon'
  const { ratio, error } = ratioOf(found, 'rare category', 'ours chi-square', peer, 0.05)
  assert.ok(ratio - 2.33 * error <= mostRatio, `${ratio} ± ${error}`)
})
