import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { DriftgateError } from '../../contracts/errors.ts'
import { parseSettings } from '../../contracts/settings-text.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const example = parse(read('examples/driftgate.yaml'))
const problemsOf = (changes: object) => {
  try {
    parseSettings(stringify({ ...example, ...changes }), 'driftgate.yaml')
  } catch (error) {
    assert.ok(error instanceof DriftgateError)
    return error.problems
  }
  return []
}
const folder = { kind: 'folder', folder: 'models' }

test('an alias of one server cannot name versions of another, and it is said which one can', () => {
  for (const [registry, rollout, wanted] of [
    [{ kind: 'postgres', store: folder }, undefined, 'postgres-alias'],
    [{ kind: 'mlflow', url: 'http://m' }, { kind: 'postgres-alias' }, 'mlflow-alias'],
  ] as const) {
    const [problem, ...others] = problemsOf({ registry, ...(rollout && { rollout }) })
    assert.deepEqual(others, [])
    assert.match(problem?.message ?? '', /moves between versions of/)
    assert.equal(problem?.help, `write rollout: { kind: ${wanted} }`)
  }
})

test('a shadow needs a topic for its answers, at the step that asks for it', () => {
  const [name = '', model] = Object.entries(example.models as Record<string, object>)[0] ?? []
  const steps = [{ share: 5, for: '1h' }, { shadow: '1h' }]
  const withRollout = (rollout: object) =>
    problemsOf({ models: { ...example.models, [name]: { ...model, rollout } } })
  const [problem, ...others] = withRollout({ steps })
  assert.deepEqual(others, [])
  assert.equal(problem?.path, `models.${name}.rollout.steps.1`)
  assert.match(problem?.message ?? '', /where the answers of the shadow are logged/)
  assert.deepEqual(withRollout({ steps, shadowTopic: 'a.shadow' }), [])
})
