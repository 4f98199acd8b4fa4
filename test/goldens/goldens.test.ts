import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { familiesIn, runFamily } from './run-goldens.ts'

/** Libraries and their versions stand in `made_with` of each file. */
const folder = fileURLToPath(new URL('.', import.meta.url))
/** These numbers are for test/statistics/metrics.test.ts. */
const elsewhere = ['metrics']

for (const family of familiesIn(folder).filter((name) => !elsewhere.includes(name))) {
  for (const { id, state, reasons } of runFamily(folder, family).outcomes) {
    test(`${id} agrees with its golden numbers`, () =>
      assert.equal(state, 'passed', reasons.join('\n')))
  }
}
