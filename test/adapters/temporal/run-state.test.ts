import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '@temporalio/client'
import { runState } from '../../../adapters/temporal/run-state.ts'
import { verdictMessageSchema } from '../../../contracts/messages.ts'

/** Temporal's description of a workflow that runs, with these activities under way. */
const describedAs = (pendingActivities: object[] | null) => {
  const description = { status: { name: 'RUNNING' }, raw: { pendingActivities } }
  const workflow = { getHandle: () => ({ describe: async () => description }) }
  return { client: { workflow } as unknown as Client, prefix: '' }
}

test('a running scan tells why its step failed last, and nothing while nothing has failed', async () => {
  const failed = { lastFailure: { message: 'the topic t does not exist' } }
  const shortened = { message: 'Failure exceeds size limit.', cause: failed.lastFailure }
  for (const [pending, trouble] of [
    [null, null],
    [[{}], null],
    [[{}, failed], 'the topic t does not exist'],
    [[{ lastFailure: shortened }], 'the topic t does not exist'],
  ] as const) {
    const state = await runState(
      describedAs(pending && [...pending]),
      'scan/m/s',
      verdictMessageSchema,
    )
    assert.deepEqual(state, { state: 'running', trouble })
  }
})
