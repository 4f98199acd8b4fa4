import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelSettings } from '../../contracts/config.ts'
import { recordLayout } from '../../contracts/record-layout.ts'

const layout = (log: object, features: object = { amount: { type: 'numeric' } }) =>
  recordLayout({
    log: modelSettings.shape.log.parse({ topic: 't', ...log }),
    features: modelSettings.shape.features.parse(features),
  })

test('a layout without anything special has its format and its paths only, as readings of before', () => {
  assert.deepEqual(Object.keys(layout({})), ['format', 'paths'])
  assert.deepEqual(Object.keys(layout({ options: {} })), ['format', 'paths'])
})

test('a path of a feature, a kind and options are part of how a log is read', () => {
  const { featurePaths, kind, options } = layout(
    { kind: 'request', options: { delimiter: ';' } },
    { amount: { type: 'numeric', path: 'a.b' }, plan: { type: 'categorical' } },
  )
  assert.deepEqual(featurePaths, { amount: 'a.b' })
  assert.equal(kind, 'request')
  assert.deepEqual(options, { delimiter: ';' })
})
