import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelSettings } from '../../contracts/config.ts'
import { checkFeatureTypes } from '../../contracts/feature-rules.ts'

const model = {
  log: { topic: 'p' },
  labels: { topic: 'l' },
  features: { amount: { type: 'numeric' }, country: { type: 'categorical' } },
  window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
  serving: { url: 'http://127.0.0.1:1' },
} as const

/** `path: message` of everything that is wrong with the model when these sections are changed. */
const problems = (changed: object): string[] =>
  checkFeatureTypes(modelSettings.parse({ ...model, ...changed })).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )
const withFeatures = (features: object) =>
  problems({ features: { ...model.features, ...features } })

test('features of every type fit together', () => {
  assert.deepEqual(
    withFeatures({
      when: { type: 'timestamp', zone: 'Europe/Berlin' },
      note: { type: 'text' },
      small: { type: 'embedding', width: 8 },
      large: { type: 'embedding', width: 768, projections: 16 },
    }),
    [],
  )
})

test('a zone, a width and projections stay with the types that have them', () => {
  assert.deepEqual(
    withFeatures({ note: { type: 'text', zone: 'UTC', width: 3, projections: 2 } }),
    [
      'features.note.zone: only a timestamp has a zone',
      'features.note.width: only an embedding has a width',
      'features.note.projections: only an embedding has projections',
    ],
  )
  assert.throws(() => withFeatures({ when: { type: 'timestamp', zone: 'Nowhere' } }))
})

test('an embedding has a width, and a wide one projections', () => {
  assert.deepEqual(withFeatures({ v: { type: 'embedding' } }), [
    'features.v.type: an embedding needs its width',
  ])
  assert.deepEqual(withFeatures({ v: { type: 'embedding', width: 257 } }), [
    'features.v.width: 257 components cannot be compared one by one, at most 256',
  ])
})

test('no feature takes the name of a derived one', () => {
  assert.deepEqual(
    withFeatures({ when: { type: 'timestamp' }, 'when.hour': { type: 'numeric' } }),
    ['features.when.hour: "when.hour" is derived of "when"'],
  )
  assert.deepEqual(withFeatures({ '(prediction)': { type: 'categorical' } }), [
    'features.(prediction): "(prediction)" is the class that the model chose',
  ])
})

test('where models are retrained there is something to learn from, and no chosen class', () => {
  const features = { note: { type: 'text' } }
  const message =
    'features: a trainer learns from numeric, categorical and boolean features, and there is none'
  assert.deepEqual(problems({ features }), [message])
  assert.deepEqual(problems({ features, retraining: { policy: 'never' } }), [])
  assert.deepEqual(problems({ features, labels: undefined }), [])
  const log = { topic: 'p', paths: { prediction: 'class' } }
  assert.deepEqual(problems({ log }), [
    'log.paths.prediction: the reference of a retrained model holds scores and no chosen classes',
  ])
  assert.deepEqual(problems({ log, retraining: { policy: 'never' } }), [])
})

test('segments are made of categorical features, once each, in groups that share nothing', () => {
  assert.deepEqual(problems({ segments: ['country'] }), [])
  assert.deepEqual(problems({ segments: ['amount', 'city', 'country', 'country'] }), [
    'segments.0: "amount" is no categorical feature',
    'segments.1: there is no feature "city"',
    'segments.3: "country" makes segments already',
  ])
  const groups = { dach: ['AT', 'DE'], south: ['AT'], '(other)': ['FR'] }
  assert.deepEqual(problems({ segments: [{ feature: 'country', groups }] }), [
    'segments.0.groups.south: "AT" is in the group "dach" already',
    'segments.0.groups.(other): "(other)" is whatever is in no group',
  ])
})
