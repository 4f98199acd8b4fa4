import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Holds a text against the file of the same name; UPDATE_SNAPSHOTS=1 writes the file instead.
 * @param file beside the test: `new URL('./snapshots/report.txt', import.meta.url)`.
 */
export function matchesFile(text: string, file: URL): void {
  const path = fileURLToPath(file)
  const written = text.endsWith('\n') ? text : `${text}\n`
  if (process.env['UPDATE_SNAPSHOTS']) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, written)
    return
  }
  assert.ok(existsSync(path), `${path} is missing: run the test once with UPDATE_SNAPSHOTS=1`)
  assert.equal(written, readFileSync(path, 'utf8'))
}
