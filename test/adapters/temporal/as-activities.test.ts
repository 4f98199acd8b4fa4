import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { z } from 'zod'
import { asActivities, toFailure } from '../../../adapters/temporal/as-activities.ts'
import { DriftgateError } from '../../../contracts/errors.ts'

test('the code becomes the type, and the table says whether Temporal tries again', async () => {
  const { fail } = asActivities({
    fail: async (code: 'KAFKA_UNREACHABLE' | 'MODEL_UNKNOWN') => {
      throw new DriftgateError(code, { model: 'm' })
    },
  })
  await assert.rejects(fail('KAFKA_UNREACHABLE'), {
    type: 'KAFKA_UNREACHABLE',
    nonRetryable: false,
  })
  await assert.rejects(fail('MODEL_UNKNOWN'), {
    type: 'MODEL_UNKNOWN',
    nonRetryable: true,
    details: [{ model: 'm' }],
  })
})

test('what no repetition mends is a defect; what may pass is tried again; cancellation passes', () => {
  const schema = z.string().safeParse(1).error
  const column = Object.assign(new Error('no such column'), { code: '42703' })
  for (const defect of [schema, column]) {
    const failure = toFailure(defect)
    assert.ok(failure instanceof ApplicationFailure)
    assert.equal(failure.type, 'INTERNAL')
    assert.equal(failure.nonRetryable, true)
  }
  const socket = Object.assign(new Error('gone'), { code: 'ECONNRESET' })
  const cancelled = new CancelledFailure('stop')
  assert.equal(toFailure(socket), socket)
  assert.equal(toFailure(cancelled), cancelled)
})
