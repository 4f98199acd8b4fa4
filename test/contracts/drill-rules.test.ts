import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { DriftgateError } from '../../contracts/errors.ts'
import { parseSettings } from '../../contracts/settings-text.ts'
import { settingsFor } from '../support/gate-world.ts'

const model = {
  log: { topic: 't' },
  labels: { topic: 'l' },
  features: { amount: { type: 'numeric' as const } },
  window: { length: '1d', bucket: '1h', anchor: '2024-01-01T00:00:00Z' },
  serving: { url: 'http://127.0.0.1:1' },
}
function problems(changes: object, others: object = {}): string[] {
  const settings = settingsFor({ ...model, ...changes })
  const text = stringify({ ...settings, models: { ...settings.models, ...others } })
  try {
    parseSettings(text, 'driftgate.yaml')
    return []
  } catch (error) {
    assert.ok(error instanceof DriftgateError, String(error))
    return error.problems.map(({ message }) => message)
  }
}

test('a drill needs nothing but labels', () => {
  assert.deepEqual(problems({ drill: {} }), [])
  const { labels: _, ...unlabelled } = model
  const without = problems({ ...unlabelled, labels: undefined, drill: {} })
  assert.match(without.join(), /no labels to learn from/)
})

test('drills never register under the name of a model, their own or another', () => {
  assert.match(problems({ drill: { name: 'm' } }).join(), /that of the model m$/)
  const other = {
    n: { ...model, log: { topic: 'u' }, labels: { topic: 'k' }, registry: { name: 'm.drill' } },
  }
  assert.match(
    problems({ drill: {} }, other).join(),
    /under "m.drill", which is that of the model n/,
  )
})

test('the channel of drills has to be described', () => {
  assert.match(problems({ drill: { channel: 'none' } }).join(), /no chat channel "none"/)
})
