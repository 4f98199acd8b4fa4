import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disparityGrowth, type GroupRates } from '../../../statistics/paired/disparity.ts'
import { mulberry32 } from '../../support/mulberry32.ts'
import { atMost } from './worlds.ts'

/** Rows of a group in which the first model chooses 1 at one rate and the second at another. */
function drawGroup(rows: number, first: number, second: number, next: () => number): GroupRates {
  const counts = { rows, both: 0, onlyFirst: 0, onlySecond: 0 }
  for (let row = 0; row < rows; row++) {
    // One number for both: the models mostly agree.
    const hard = next()
    const [before, after] = [hard < first, (next() < 0.9 ? hard : next()) < second]
    if (before && after) counts.both++
    else if (before) counts.onlyFirst++
    else if (after) counts.onlySecond++
  }
  return counts
}

for (const [what, before, after, limit] of [
  ['no difference before or after', [0.3, 0.3], [0.3, 0.3], 0],
  ['a difference that stays', [0.5, 0.3], [0.5, 0.3], 0],
  ['one that turns round', [0.4, 0.3], [0.3, 0.4], 0],
  ['one that grows by just the limit', [0.4, 0.35], [0.45, 0.35], 0.05],
] as const) {
  test(`of two groups with ${what} growth is certain as rarely as its level says`, () => {
    const next = mulberry32(51)
    const trials = 2_000
    let found = 0
    for (let trial = 0; trial < trials; trial++) {
      const left = drawGroup(250, before[0], after[0], next)
      const right = drawGroup(150, before[1], after[1], next)
      if (disparityGrowth(left, right, 0.025).certain > limit) found++
    }
    // Either group may lead.
    assert.ok(atMost(found, trials, 0.05), `${found} of ${trials}`)
  })
}

test('a difference that was planted is found, whichever group it favours', () => {
  const next = mulberry32(52)
  for (const turned of [false, true]) {
    const fair = drawGroup(800, 0.4, 0.4, next)
    const favoured = drawGroup(800, 0.4, 0.6, next)
    const { before, after, certain } = turned
      ? disparityGrowth(fair, favoured, 0.025)
      : disparityGrowth(favoured, fair, 0.025)
    assert.ok(certain > 0.05 && after > before, `${before} ${after} ${certain}`)
  }
})

test('a group without a row has no rate', () => {
  const none = { rows: 0, both: 0, onlyFirst: 0, onlySecond: 0 }
  assert.throws(() => disparityGrowth(none, { ...none, rows: 9 }, 0.025), RangeError)
})
