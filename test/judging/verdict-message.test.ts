import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictMessageSchema } from '../../contracts/messages.ts'
import { messageOf } from '../../judging/verdict-message.ts'
import { driftReport } from '../reports/examples.ts'

test('the steward is told how long the longest span was that found drift, and of no other look', () => {
  const [first, ...rest] = driftReport.features
  const told = (windows: number, state: 'drifted' | 'ok') => {
    const features = [{ ...first!, windows, state }, ...rest]
    return verdictMessageSchema.parse(messageOf({ ...driftReport, features })).span
  }
  assert.equal(told(24, 'drifted'), 24)
  assert.equal(told(24, 'ok'), undefined)
  assert.equal(told(1, 'drifted'), undefined)
})
