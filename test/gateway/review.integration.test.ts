import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findReview } from '../../adapters/postgres/reviews.ts'
import { workflowId } from '../../contracts/messages.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ approval: { breakGlass: { role: 'operator' } } })
  await world.gate.open()
})
after(async () => {
  const { client, prefix } = world.gate.environment
  const review = client.workflow.getHandle(workflowId.review(prefix, 'm/1'))
  await review.terminate('the test is over').catch(() => {})
  await world?.close()
})

async function send(person: string, path: string, more: object = {}) {
  const authorization = `Bearer ${await world.identity.tokenOf(person)}`
  const shown = await fetch(`${world.url}/v1/releases/m/1`, { headers: { authorization } })
  const { evidenceDigest: digest } = (await shown.json()) as { evidenceDigest: string }
  const response = await fetch(`${world.url}/v1/releases/m/1/${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ answer: 'approve', digest, reason: 'seen', ...more }),
  })
  return (await response.json()) as { code?: string; outcome?: string }
}

test('what others think is asked only where the glass was broken, and told to come again until it can be heard', async () => {
  const { db } = world.gate
  assert.equal((await send('approver', 'review')).code, 'REVIEW_UNKNOWN')
  const broke = await send('operator', 'decisions', { breakGlass: true })
  assert.equal(broke.outcome, 'APPROVED')
  await world.gate.result()
  await until(async () => (await findReview(db, 'm/1')) !== null)
  // As in the moment between the move and the opening of its review.
  const { rows } = await db.query('delete from reviews returning *')
  assert.equal((await send('approver', 'review')).code, 'REVIEW_NOT_READY')
  await db.query('insert into reviews select * from jsonb_populate_record(null::reviews, $1)', [
    JSON.stringify(rows[0]),
  ])
  assert.equal((await send('approver', 'review')).outcome, 'APPROVED')
})
