import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareRows, rowDetectors } from '../../detectors/rows.ts'
import { mixedRows } from '../support/mixed-rows.ts'
import { mulberry32 } from '../support/mulberry32.ts'

/**
 * Both sides are drawn anew from one law in every run. The bound is the binomial one at one in a thousand: of 200
 * runs at 5 %, ten are expected and more than 21 are found once in a thousand times.
 */
for (const [name, options] of [
  ['domain-classifier', { trees: 15, leaves: 4, folds: 3 }],
  ['energy-rows', { draws: 400 }],
] as const) {
  test(`without a change ${name} is below 5 % in 5 % of runs`, () => {
    let below = 0
    for (let run = 0; run < 200; run++) {
      const next = mulberry32(1_000 + run)
      const [left, right] = [mixedRows(90, next), mixedRows(60, next)]
      const { pValue } = compareRows(rowDetectors[name], left, right, options, next)
      if ((pValue ?? 0) <= 0.05) below += 1
    }
    assert.ok(below <= 21, `${below} of 200`)
    assert.ok(below >= 2, `${below} of 200`)
  })
}
