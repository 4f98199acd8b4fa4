import assert from 'node:assert/strict'
import { test } from 'node:test'
import { differencesOf } from '../../contracts/differences.ts'

test('the same twice differs in nothing, whatever the order of keys', () => {
  assert.deepEqual(differencesOf({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }), [])
})

test('a change, an addition and a removal each have their path', () => {
  assert.deepEqual(differencesOf({ a: { b: 1, old: true } }, { a: { b: 2 }, z: 'new' }), [
    { path: 'a.b', before: '1', after: '2' },
    { path: 'a.old', before: 'true', after: null },
    { path: 'z', before: null, after: '"new"' },
  ])
})

test('against nothing at all everything is new', () => {
  assert.deepEqual(differencesOf(null, { a: 1 }), [{ path: 'a', before: null, after: '1' }])
})

test('what may be a secret is hidden, where it is found is not', () => {
  const [password, place] = differencesOf(
    {},
    { postgres: { url: 'postgres://me:hunter2@db/x' }, temporal: { apiKey: { env: 'KEY' } } },
  )
  assert.ok(!password?.after?.includes('hunter2'))
  assert.equal(place?.after, '"KEY"')
})
