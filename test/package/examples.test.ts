import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as library from '../../index.ts'
import { root, runExample } from '../support/run-example.ts'
import { examples } from './examples.ts'

test('the page on the library has examples', () => {
  assert.equal(examples.filter(({ page }) => page.endsWith('use-the-library.md')).length, 7)
})

for (const [index, { page, code }] of examples.entries()) {
  test(`example ${index + 1} of the library, in ${page}, prints what it says`, async (t) => {
    const own = pathToFileURL(join(root, 'index.ts')).href
    await runExample(t, code.replace("from 'driftgate'", `from '${own}'`), 'mjs')
  })
}

test('the table of the page names only what the library exports', () => {
  const page = readFileSync(join(root, 'docs/how-to/use-the-library.md'), 'utf8')
  const rows = [...page.matchAll(/^\| (?!for|---)[^|]*\| (.*) \|$/gm)].map(([, names]) => names!)
  const values = rows.map((row) => row.replace(/the types .* and others/, ''))
  const named = values.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name!))
  assert.ok(named.length > 30)
  assert.deepEqual(
    named.filter((name) => !(name in library)),
    [],
  )
})
