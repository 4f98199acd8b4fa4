import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeOf, timeProblem } from '../../formats/json-value.ts'

test('an event time is a date and a time of day with its zone, and nothing else', () => {
  assert.equal(timeOf('2001-01-01T05:00:00Z'), Date.UTC(2001, 0, 1, 5))
  assert.equal(timeOf('2001-01-01T05:00:00.250+02:00'), Date.UTC(2001, 0, 1, 3, 0, 0, 250))
  for (const text of ['5 Z', '2001', '2001-01-01', '2001-01-01T05:00:00', 'yesterday Z', '']) {
    assert.ok(Number.isNaN(timeOf(text)), text)
  }
})

test('a time that no table can hold is a problem, also where the log keeps no times', () => {
  assert.notEqual(timeProblem(9e15, -1), null)
  assert.match(timeProblem(9e15, 2 ** 63) ?? '', /after the year 9998/)
  assert.notEqual(timeProblem(Date.UTC(9999, 0, 1), Date.UTC(9999, 0, 1)), null)
  assert.equal(timeProblem(Date.UTC(2024, 0, 1), -1), null)
  assert.notEqual(timeProblem(Date.UTC(2024, 0, 3), Date.UTC(2024, 0, 1)), null)
})
