import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a program says that it prints, line by line: the comments behind its `console.log`. */
export const promisedBy = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text!)

/** Runs a program of a page, in a folder of its own, and holds what it prints against what it says. */
export async function runExample(t: TestContext, code: string, ending: 'ts' | 'mjs') {
  const expected = promisedBy(code)
  assert.ok(expected.length > 0, 'the example prints nothing')
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-example-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, `example.${ending}`)
  writeFileSync(file, code)
  const printed: string[] = []
  t.mock.method(console, 'log', (...parts: unknown[]) => printed.push(parts.join(' ')))
  await import(pathToFileURL(file).href)
  assert.deepEqual(printed, expected)
}

/** The TypeScript of a page, its imports from the tree led to this one. */
export function typescriptOf(page: string): string {
  const code = /```ts\n([\s\S]*?)```/.exec(page)?.[1]
  assert.ok(code !== undefined, 'the page has no example')
  return code.replaceAll("'../../", `'${pathToFileURL(root)}`)
}
