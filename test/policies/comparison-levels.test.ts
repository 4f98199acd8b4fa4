import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from '../../policies/comparison.ts'
import { comparisonPolicy } from '../../policies/comparison-policy.ts'
import { mean } from '../../statistics/mean-variance.ts'
import { atMost, gainedPerRow, twoModels } from '../statistics/paired/worlds.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { drawn } from './compared-example.ts'
import { letThrough, metrics, ofEquals } from './comparison-levels.ts'

/** With 20 times as many trials: comparison-levels.long.test.ts. */
const trials = 150
const rows = 100
/** At most 2.5 %, and 3 % is what a hundred rows may make of it. */
const level = 0.03

for (const metric of metrics) {
  test(`of two models equally good in ${metric} the candidate is BETTER or WORSE as rarely as the level says`, () => {
    const { BETTER, WORSE } = ofEquals(metric, { trials, rows, next: mulberry32(61) })
    assert.ok(atMost(BETTER, trials, level), `BETTER ${BETTER}`)
    assert.ok(atMost(WORSE, trials, level), `WORSE ${WORSE}`)
  })

  test(`a candidate that is worse by the margin in ${metric} is let through as rarely as the level says`, () => {
    const through = letThrough(metric, { trials, rows, next: mulberry32(62) })
    assert.ok(atMost(through, trials, level), `${through} of ${trials}`)
  })
}

test('a gain like the smallest that is told is BETTER in about four of five cases', () => {
  const next = mulberry32(63)
  const shape = { champion: 1.5, candidate: 0.5 }
  const truth = mean(gainedPerRow(twoModels(200_000, next, shape), 'brier'))
  const policy = comparisonPolicy({ calibration: { maximumLoss: 1 } })
  let [told, found] = [0, 0]
  for (let trial = 0; trial < trials; trial++) {
    const { gain, result } = compare(drawn(200, next, shape), policy)
    told += (gain?.smallestGain ?? 0) / trials
    if (result === 'BETTER') found++
  }
  const standardErrors = (0.84 + 1.96) * (truth / told) - 1.96
  // The share that a normal law gives for a gain this much larger than the one that is told.
  const expected = 1 - 0.5 * Math.exp(-0.717 * standardErrors - 0.416 * standardErrors ** 2)
  assert.ok(standardErrors > 0, `${truth} is near ${told}`)
  assert.ok(Math.abs(found / trials - expected) < 0.1, `${found / trials} and not ${expected}`)
})
