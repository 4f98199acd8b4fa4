import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  forgetStates,
  recordStates,
  statesBefore,
} from '../../../adapters/postgres/performance-states.ts'
import { configuredDatabase } from '../../support/configured-database.ts'
import type { TestDatabase } from '../../support/database.ts'

let database: TestDatabase
before(async () => {
  database = await configuredDatabase()
  // Of the measures only their windows matter here.
  await database.pool.query(
    'alter table performance_states drop constraint performance_states_model_window_start_fkey',
  )
})
after(() => database.drop())

const day = (n: number) => new Date(Date.UTC(2026, 0, n))

test('states that a later window has left behind go, and windows to come find the same as before', async () => {
  const db = database.pool
  const groups = [
    { version: '1', segment: '' },
    { version: '1', segment: 'region=east' },
  ]
  const wanted = (n: number) => ({ model: 'm', definition: 'd', start: day(n) })
  for (let n = 1; n <= 6; n++) {
    // The whole is known after two windows; the segment is learned still.
    const whole =
      n < 2
        ? { lesson: { n }, usual: null, stream: null }
        : { lesson: n === 2 ? { n } : null, usual: n === 2 ? { n } : null, stream: { n } }
    await recordStates(db, wanted(n), [
      { ...groups[0]!, ...whole },
      { ...groups[1]!, lesson: { n }, usual: null, stream: null },
    ])
  }
  const found = await statesBefore(db, wanted(7), groups)
  assert.deepEqual(
    found.map(({ usual, stream, lessons }) => [usual, stream, lessons.length]),
    [
      [{ n: 2 }, { n: 6 }, 0],
      [null, null, 6],
    ],
  )

  assert.equal(await forgetStates(db, day(5), 2), 2, 'a batch of days 1, 3 and 4 of the whole')
  assert.deepEqual(await statesBefore(db, wanted(7), groups), found)
  assert.equal(await forgetStates(db, day(5), 2), 1)
  assert.deepEqual(await statesBefore(db, wanted(7), groups), found)
  assert.equal(await forgetStates(db, day(30), 2), 1, 'of day 5; the latest stays')
  assert.deepEqual(await statesBefore(db, wanted(7), groups), found)
  assert.equal(await forgetStates(db, day(30), 2), 0)
})
