import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atMost } from '../statistics/paired/worlds.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { letThrough, metrics, ofEquals } from './comparison-levels.ts'

const trials = 3_000
/** At most 2.5 %, and 3 % is what a hundred rows may make of it. */
const level = 0.03

for (const rows of [100, 400]) {
  for (const metric of metrics) {
    test(`${metric}, ${rows} rows: equals are called BETTER or WORSE, and losers let through, as rarely as the level says`, () => {
      const next = mulberry32(rows)
      const { BETTER, WORSE } = ofEquals(metric, { trials, rows, next })
      const through = letThrough(metric, { trials, rows, next })
      console.log(`${metric} ${rows} rows: BETTER ${BETTER}, WORSE ${WORSE}, through ${through}`)
      for (const found of [BETTER, WORSE, through]) {
        assert.ok(atMost(found, trials, level), `${found} of ${trials}`)
      }
    })
  }
}
