import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noncentralSf } from '../../statistics/noncentral.ts'
import {
  noncentralAtScore,
  noncentralityAtScore,
  noncentralScore,
} from '../../statistics/noncentral-score.ts'
import { normalQuantile, normalSf } from '../../statistics/special.ts'

const degrees = [1, 2, 3, 5, 9, 20, 50, 200]

test('a score is that of the law itself within 0.03', () => {
  for (const k of degrees) {
    for (const noncentrality of [0.5, 2, 5, 10, 50, 200, 1_000, 1_900]) {
      for (const score of [-1.96, -0.84, 0, 0.84, 1.96]) {
        if (noncentrality < 5 && score < 0) continue
        const x = noncentralAtScore(score, k, noncentrality)
        const own = -normalQuantile(noncentralSf(x, k, noncentrality))
        assert.ok(Math.abs(own - score) < 0.031, `${k} ${noncentrality} ${score}: ${own}`)
      }
    }
  }
})

test("value, noncentrality and score are each other's inverses", () => {
  for (const k of degrees) {
    for (const x of [k + 4, k + 30, k + 500, k + 1e5]) {
      for (const score of [-1.5, -0.84, 0.5]) {
        const noncentrality = noncentralityAtScore(x, k, score)
        if (noncentrality === 0) continue
        assert.ok(Math.abs(noncentralScore(x, k, noncentrality) - score) < 1e-6)
        const again = noncentralAtScore(score, k, noncentrality)
        assert.ok(Math.abs(again / x - 1) < 1e-6, `${k} ${x} ${score}`)
      }
    }
  }
})

test('a value that is small without any noncentrality has none', () => {
  assert.equal(noncentralityAtScore(3, 9, -0.84), 0)
  assert.ok(normalSf(noncentralScore(3, 9, 0)) > 0.9)
})
