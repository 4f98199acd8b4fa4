import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelSettings } from '../../contracts/config.ts'
import { featureInference } from '../../formats/infer-features.ts'

function inferred(records: readonly unknown[], section?: string) {
  const inference = featureInference(section)
  for (const record of records) inference.add(record)
  return inference.end()
}
const many = (of: (i: number) => unknown, count = 200) =>
  inferred(Array.from({ length: count }, (_, i) => ({ features: { x: of(i) } })))
const told = (of: (i: number) => unknown, count?: number) => {
  const { features, leftOut } = many(of, count)
  const { type, note } = features[0] ?? {}
  return type === undefined ? leftOut[0]?.reason : [type, note]
}

test('each type is told by all of its values, with what a person needs to judge it', () => {
  assert.deepEqual(
    told((i) => i / 8, 2_000),
    ['numeric', '0 to 249.875'],
  )
  assert.deepEqual(
    told((i) => i % 3),
    ['numeric', '0 to 2, 3 different: perhaps categorical'],
  )
  assert.deepEqual(
    told((i) => (i === 0 ? 'NaN' : 1.5)),
    ['numeric', '1.5 to 1.5, 2 different: perhaps categorical'],
  )
  assert.deepEqual(
    told((i) => i % 2 === 0),
    ['boolean', '2 of 2 values'],
  )
  assert.deepEqual(
    told((i) => ['a', 'b', 'b'][i % 3]),
    ['categorical', '2 values: "b", "a"'],
  )
  assert.deepEqual(
    told(() => '2026-01-01T00:00:00Z'),
    ['timestamp', '2026-01-01T00:00:00.000Z to 2026-01-01T00:00:00.000Z'],
  )
  assert.deepEqual(
    told((i) => `sentence number ${i}`),
    ['text', 'its length is compared'],
  )
  assert.deepEqual(
    told(() => [1, 2, 3]),
    ['embedding', 'compared component by component'],
  )
  assert.deepEqual(
    told((i) => (i % 2 === 0 ? 1 : 'x')),
    ['categorical', '2 values: "1", "x", of several types'],
  )
})

test('what is missing is a share, and the empty text is missing', () => {
  assert.deepEqual(
    told((i) => [null, undefined, '', 2.5][i % 4]),
    ['numeric', '2.5 to 2.5, 1 different; 75 % missing'],
  )
})

test('what cannot be a feature is left out with the reason', () => {
  assert.equal(
    told((i) => `id-${i}`),
    'most records have a value of their own',
  )
  assert.equal(
    told(() => null),
    'it never has a value',
  )
  assert.equal(
    told((i) => Array(i % 3).fill(0)),
    'its lists are not all of as many numbers',
  )
  assert.equal(
    told((i) => (i === 0 ? [1] : 1)),
    'it holds lists and others',
  )
  assert.equal(
    told(() => ['a']),
    'its lists are not all of as many numbers',
  )
})

test('a member of a section inside has a path, and names that no path can say are left out', () => {
  const record = {
    features: { plain: 1, 'with.dot': 2, deep: { inner: 3, 'a.b': 4 }, 'deep.inner': 5 },
  }
  const { features, leftOut, section } = inferred([record])
  assert.equal(section, 'features')
  assert.deepEqual(
    features.map(({ name, path }) => [name, path]),
    [
      ['plain', undefined],
      ['with.dot', undefined],
      ['deep.inner', 'features.deep.inner'],
    ],
  )
  assert.deepEqual(
    leftOut.map(({ name }) => name),
    ['deep.a.b', 'deep.inner'],
  )
})

test('without such a section the features are what is no other part of a prediction', () => {
  const { features, section } = inferred([
    { id: 'p', time: 1, model: 'm', version: '1', score: 0.5, amount: 2, customer: { plan: 'a' } },
  ])
  assert.equal(section, '')
  assert.deepEqual(
    features.map(({ name, path }) => [name, path]),
    [
      ['amount', undefined],
      ['customer.plan', 'customer.plan'],
    ],
  )
})

test('hostile records leave memory bounded and the language as it was', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`)
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, i]))
  const proto = JSON.parse('{"features":{"__proto__":{"polluted":1},"constructor":2}}')
  const { features, leftOut } = inferred([
    null,
    1,
    [],
    proto,
    { features: deep },
    { features: wide },
  ])
  assert.ok(features.length + leftOut.length <= 2_001)
  assert.ok(leftOut.some(({ name }) => name === '...'))
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

test('what is guessed is valid in a configuration', () => {
  const { features } = inferred([
    { features: { a: 1, b: 'x', c: true, d: [1, 2], e: Array(300).fill(0), f: { g: 1 } } },
  ])
  const section = Object.fromEntries(
    features.map(({ name, note, ...settings }) => [name, settings]),
  )
  assert.deepEqual(modelSettings.shape.features.parse(section), section)
  assert.deepEqual(section['e'], { type: 'embedding', width: 300, projections: 16 })
})
