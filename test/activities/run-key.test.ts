import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKeyFor } from '../../activities/run-key.ts'
import { runKeyText } from '../../policies/run-key.ts'

const parts = {
  model: 'car-loan',
  incident: 'car-loan/1',
  from: '2019-03-31T00:00:00.000Z',
  settingsDigest: 'abc',
}

test('the same wish has the same run key: twelve hex digits', () => {
  assert.match(runKeyFor(parts), /^[0-9a-f]{12}$/)
  assert.equal(runKeyFor(parts), runKeyFor({ ...parts }))
})

test('model, incident, start, settings and request each change the run key', () => {
  const keys = [
    parts,
    { ...parts, model: 'flight-delay' },
    { ...parts, incident: null },
    { ...parts, from: '2019-04-30T00:00:00.000Z' },
    { ...parts, settingsDigest: 'abd' },
    { ...parts, request: 'person/1' },
  ].map(runKeyFor)
  assert.equal(new Set(keys).size, keys.length)
})

test('a separator inside a part does not make two wishes the same', () => {
  const left = runKeyText({ ...parts, model: 'a|b', incident: 'c' })
  const right = runKeyText({ ...parts, model: 'a', incident: 'b|c' })
  assert.notEqual(left, right)
})
