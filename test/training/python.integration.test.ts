import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { servers } from '../support/servers.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

describe('the Python tests of the training job', () => {
  for (const file of globSync('test/training/test_*.py', { cwd: root }).sort()) {
    test(basename(file), async () => {
      const { stderr } = await run(servers().python, ['-B', file], {
        cwd: root,
        env: { ...process.env, PYTHONPATH: root },
      }).catch((error: { stderr?: string }) => assert.fail(error.stderr ?? String(error)))
      assert.match(stderr, /Ran [1-9]\d* tests? in/)
      assert.match(stderr, /^OK$/m)
    })
  }
})
