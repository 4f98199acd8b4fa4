import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { detectors } from '../../detectors/index.ts'
import { rowDetectors } from '../../detectors/rows.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

for (const name of [...Object.keys(detectors), ...Object.keys(rowDetectors)]) {
  test(`the example of docs/detectors/${name}.md runs and prints what it says`, async (t) => {
    const page = readFileSync(join(root, 'docs/detectors', `${name}.md`), 'utf8')
    const code = /```ts\n([\s\S]*?)```/.exec(page)?.[1]
    assert.ok(code !== undefined, 'the page has no example')
    const expected = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text)
    assert.ok(expected.length > 0, 'the example prints nothing')
    const folder = mkdtempSync(join(tmpdir(), 'driftgate-example-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'example.ts')
    writeFileSync(file, code.replaceAll("'../../", `'${pathToFileURL(root)}`))
    const printed: string[] = []
    t.mock.method(console, 'log', (...parts: unknown[]) => printed.push(parts.join(' ')))
    await import(pathToFileURL(file).href)
    assert.deepEqual(printed, expected)
  })
}
