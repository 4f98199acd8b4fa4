import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { DriftgateError } from '../../contracts/errors.ts'
import { parseSettings } from '../../contracts/settings-text.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const example = parse(read('examples/driftgate.yaml'))
const settingsWith = (changes: object) =>
  parseSettings(stringify({ ...example, ...changes }), 'driftgate.yaml')
const problemsOf = (changes: object) => {
  try {
    settingsWith(changes)
  } catch (error) {
    assert.ok(error instanceof DriftgateError)
    return error.problems
  }
  return []
}

test('the configurations of the page on the registry in PostgreSQL are valid ones', () => {
  const page = read('docs/reference/registries/postgres.md')
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) =>
    parse(block ?? ''),
  )
  assert.equal(blocks.length, 2)
  const kinds = blocks.map((block) => {
    const { registry, rollout } = settingsWith(block)
    return [registry.kind, 'store' in registry && registry.store.kind, rollout.kind]
  })
  assert.deepEqual(kinds, [
    ['postgres', 'folder', 'postgres-alias'],
    ['postgres', 's3', 'postgres-alias'],
  ])
})

test('buckets and prefixes that would lead elsewhere are refused', () => {
  const s3 = {
    ...{ kind: 's3', endpoint: 'http://s3', bucket: 'models', accessKey: 'a' },
    secretKey: { env: 'S3_KEY' },
  }
  const rollout = { kind: 'postgres-alias' }
  assert.deepEqual(problemsOf({ registry: { kind: 'postgres', store: s3 }, rollout }), [])
  const wrong = [
    { bucket: 'a/b' },
    { prefix: '/a' },
    { prefix: 'a/../b' },
    { endpoint: 'file:///x' },
  ]
  for (const change of wrong) {
    const registry = { kind: 'postgres', store: { ...s3, ...change } }
    assert.equal(problemsOf({ registry, rollout }).length, 1, JSON.stringify(change))
  }
})
