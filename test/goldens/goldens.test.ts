import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { familiesIn, runFamily } from './run-goldens.ts'

/** Libraries and their versions stand in `made_with` of each file. */
const folder = fileURLToPath(new URL('.', import.meta.url))

for (const family of familiesIn(folder)) {
  for (const { id, state, reasons } of runFamily(folder, family).outcomes) {
    test(`${id} agrees with its golden numbers`, () =>
      assert.equal(state, 'passed', reasons.join('\n')))
  }
}
