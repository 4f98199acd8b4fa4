import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retrainingPart } from '../../gateway/pages/retraining-part.ts'

const waiting = [
  {
    ...{ model: 'a<b', since: '2026-03-01T10:00:00.000Z', waitsFor: 'fleet-budget' as const },
    ...{ reason: 'the retraining budget of all models is spent', until: null },
  },
]
const storm = {
  ...{ since: '2026-03-01T09:00:00.000Z', models: ['a', 'b', 'c'], stillBad: 2, fleet: 4 },
}

test('who waits to be retrained is listed with what for, and names are no markup', () => {
  const page = retrainingPart({ waiting, storm: null })?.markup ?? ''
  assert.match(page, /1 waiting to be retrained/)
  assert.match(page, /<td>a&lt;b<\/td>.*<td>the retraining budget of all models is spent<\/td>/)
  assert.doesNotMatch(page, /suspect upstream/)
})

test('a storm says what holds, and how it ends', () => {
  const page = retrainingPart({ waiting: [], storm })?.markup ?? ''
  assert.match(page, /3 of 4 models breached at once, 2 are still bad: suspect upstream/)
  assert.match(page, /driftgate retrainings release/)
})

test('where nothing waits there is nothing to see', () => {
  assert.equal(retrainingPart({ waiting: [], storm: null }), null)
})
