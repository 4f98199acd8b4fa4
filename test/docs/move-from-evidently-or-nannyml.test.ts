import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisedBy, root, runExample, typescriptOf } from '../support/run-example.ts'

test('the example of the page on moving from other tools runs and prints what it says', async (t) => {
  const page = readFileSync(join(root, 'docs/how-to/move-from-evidently-or-nannyml.md'), 'utf8')
  const code = typescriptOf(page)
  assert.equal(promisedBy(code).length, 3)
  await runExample(t, code, 'ts')
})
