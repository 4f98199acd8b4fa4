import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runExample, typescriptOf } from '../support/run-example.ts'

test('the example of the page on label shift runs and prints what it says', async (t) => {
  const page = readFileSync(join(root, 'docs/how-to/label-shift.md'), 'utf8')
  await runExample(t, typescriptOf(page), 'ts')
})
