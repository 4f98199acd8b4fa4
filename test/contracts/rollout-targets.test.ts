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

test('steps that the target cannot make are found, each at its place', () => {
  const [name = '', model] = Object.entries(example.models as Record<string, object>)[0] ?? []
  const steps = [{ shadow: '1h' }, { share: 5, for: '1h' }, { confirm: 'operator' }]
  const models = { [name]: { ...model, rollout: { steps, shadowTopic: 'a.shadow' } } }
  const webhook = { kind: 'webhook', url: 'https://t.example.org', secret: { env: 'SECRET' } }
  const findings = (rollout: object) =>
    problemsOf({ models, rollout }).map(({ path, message }) => [path, message])
  assert.deepEqual(findings(webhook), [
    [
      `models.${name}.rollout.steps.0`,
      'webhook cannot send a copy of the requests to another version',
    ],
    [`models.${name}.rollout.steps.1`, 'webhook cannot give a version a share of the requests'],
  ])
  assert.deepEqual(findings({ ...webhook, shadow: true, split: true }), [])
  const [problem] = problemsOf({ models, rollout: webhook })
  assert.match(problem?.help ?? '', /mlflow-alias, postgres-alias, webhook with shadow: true/)
  const open = problemsOf({ rollout: { ...webhook, url: 'http://t.example.org' } })
  assert.match(open[0]?.message ?? '', /whoever can change a request moves traffic/)
})

test('the configurations of the pages of targets are valid ones', () => {
  for (const kind of ['open-inference', 'webhook']) {
    const block =
      /```yaml\n([\s\S]*?)```/.exec(read(`docs/reference/rollout/${kind}.md`))?.[1] ?? ''
    const { rollout } = parse(block)
    assert.equal(rollout.kind, kind)
    const models = Object.fromEntries(
      Object.entries(example.models as Record<string, { registry?: object }>).map(
        ([name, model]) => {
          const { registry: _, ...rest } = model
          return [name, rest]
        },
      ),
    )
    assert.deepEqual(problemsOf({ rollout, models }), [])
    const [name = ''] = Object.keys(models)
    const named = { ...models, [name]: { ...models[name], registry: { name: 'other' } } }
    const found = problemsOf({ rollout, models: named }).map(({ path }) => path)
    assert.deepEqual(found, kind === 'webhook' ? [] : [`models.${name}.registry.name`])
  }
})
