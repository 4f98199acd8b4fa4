import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DriftgateError } from '../../contracts/errors.ts'
import { parseSettings } from '../../contracts/settings-text.ts'

const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
const head = example.slice(0, example.indexOf('\nmodels:') + 1)

const model = (name: string, more: string, topic = name) => `
  ${name}:
    log: { topic: ${topic} ${more.includes('LOG') ? more.split('LOG')[1] : ''} }
    features: { amount: { type: numeric } }
    window: { length: 1d, bucket: 1h, anchor: '2001-01-01T00:00:00Z', lateness: 1h }
    retraining: { policy: never }
    serving: { url: 'http://127.0.0.1:1' }
    ${more.split('LOG')[0]}`

/** Paths and messages of what is wrong. */
function wrong(models: string, before = head): [string, string][] {
  try {
    parseSettings(`${before}models:${models}\n`, 'driftgate.yaml')
    return []
  } catch (error) {
    assert.ok(error instanceof DriftgateError && error.code === 'CONFIG_INVALID')
    return error.problems.map(({ path, message }) => [path, message])
  }
}

const key = '{ keys: [{ id: a, key: { env: A } }] }'

test('without single rows there are no labels, no halves, no repetitions, no bytes and no far', () => {
  assert.deepEqual(wrong(model('m', 'data: { rows: never }')), [])
  const all = wrong(
    model(
      'm',
      'data: { rows: never }\n    labels: { topic: l }\n    guard: { far: { rate: 0.05 }, rows: 5000 }\n    LOG, dedupe: exact, keepBadBytes: true',
    ),
  )
  assert.deepEqual(all.map(([path]) => path).sort(), [
    ...['models.m.guard.far', 'models.m.labels', 'models.m.log.dedupe'],
    'models.m.log.keepBadBytes',
  ])
  for (const [, message] of all) assert.match(message, /never keeps none|no row of a reference/)
  assert.deepEqual(
    wrong(model('m', 'data: { rows: needed }\n    labels: { topic: l }\n    LOG, dedupe: exact')),
    [],
  )
})

test('whoever reads a topic keeps of it no more than the strictest', () => {
  const encrypted = `data: { encryption: ${key} }`
  const never = 'data: { rows: never }'
  assert.deepEqual(wrong(model('a', encrypted) + model('b', '')), [])
  assert.deepEqual(wrong(model('a', encrypted, 't') + model('b', encrypted, 't')), [])
  const open = wrong(model('a', encrypted, 't') + model('b', '', 't'))
  assert.deepEqual(
    open.map(([path]) => path),
    ['models.b.log.topic'],
  )
  assert.match(open[0]?.[1] ?? '', /^a reads the topic too, with data\.encryption/)
  const strict = wrong(model('a', encrypted, 't') + model('b', never, 't'))
  assert.match(strict[0]?.[1] ?? '', /^b reads the topic too, with data\.rows: never/)
})

test('two keys of one id are refused', () => {
  const twice = '{ keys: [{ id: a, key: { env: A } }, { id: a, key: { env: B } }] }'
  assert.match(
    wrong(model('m', `data: { encryption: ${twice} }`))[0]?.[1] ?? '',
    /a row would not say/,
  )
})
