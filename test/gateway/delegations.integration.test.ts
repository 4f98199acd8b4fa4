import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ approval: { required: 2 } })
  await world.gate.open()
})
after(() => world?.close())

const hour = 3_600_000
const inHours = (hours: number): string => new Date(Date.now() + hours * hour).toISOString()

async function ask(person: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${world.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await world.identity.tokenOf(person)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it was answered
  return (await response.json()) as any
}
const handOver = (person: string, changes: Record<string, unknown> = {}) =>
  ask(person, 'POST', 'delegations', {
    ...{ to: 'viewer', until: inHours(2), reason: 'on holiday', ...changes },
  })
async function approve(person: string) {
  const { evidenceDigest: digest } = await ask(person, 'GET', 'releases/m/1')
  const body = { answer: 'approve', digest, reason: 'seen' }
  return ask(person, 'POST', 'releases/m/1/decisions', body)
}

test('times that make no sense, oneself and more than a month are refused', async () => {
  for (const changes of [
    { until: inHours(-1) },
    { from: inHours(3) },
    { until: inHours(32 * 24) },
    { to: 'Approver'.toLowerCase() },
  ]) {
    assert.equal((await handOver('approver', changes)).code, 'REQUEST_INVALID')
  }
})

test('who has no right of their own hands over nothing, also not one that was handed to them', async () => {
  assert.equal((await handOver('viewer', { to: 'operator' })).code, 'NOT_AUTHORISED')
  const made = await handOver('approver', { model: 'm' })
  assert.equal((await handOver('viewer', { to: 'operator' })).code, 'NOT_AUTHORISED')
  // What is taken back gives nothing any more.
  assert.equal(
    (await ask('operator', 'POST', `delegations/${made.id}/end`, {})).code,
    'NOT_AUTHORISED',
  )
  await ask('approver', 'POST', `delegations/${made.id}/end`, {})
  assert.equal((await approve('viewer')).code, 'NOT_AUTHORISED')
})

test('the same wish twice, as after an answer that never came, is one delegation until it is taken back', async () => {
  const wish = { model: 'm', until: inHours(2) }
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => handOver('approver', wish)))
  assert.deepEqual([...new Set(others.map(({ id }) => id))], [first.id])
  const { delegations } = await ask('viewer', 'GET', 'delegations')
  assert.equal(delegations.length, 1)
  const longer = await handOver('approver', { ...wish, until: inHours(3) })
  assert.notEqual(longer.id, first.id)
  for (const { id } of [first, longer]) await ask('approver', 'POST', `delegations/${id}/end`, {})
  const anew = await handOver('approver', wish)
  assert.notEqual(anew.id, first.id)
  await ask('approver', 'POST', `delegations/${anew.id}/end`, {})
})

test('a right that begins later, or of another model, counts for nothing here and now', async () => {
  const later = await handOver('approver', { from: inHours(1) })
  assert.equal((await approve('viewer')).code, 'NOT_AUTHORISED')
  await ask('approver', 'POST', `delegations/${later.id}/end`, {})
  assert.equal((await handOver('approver', { model: 'other' })).code, 'MODEL_UNKNOWN')
})

test('a right that a gateway handed over whose clock is ahead can be used at once', async () => {
  const soon = new Date(Date.now() + 3_000).toISOString()
  const made = await handOver('approver', { from: soon })
  // Whoever has no right is told that first.
  const body = { answer: 'approve', digest: 'e'.repeat(64), reason: 'seen' }
  const told = await ask('viewer', 'POST', 'releases/m/1/decisions', body)
  assert.equal(told.outcome, 'STALE_EVIDENCE')
  await ask('approver', 'POST', `delegations/${made.id}/end`, {})
})

test('whoever received a right answers by it, the row says for whom, and both count once', async () => {
  const made = await handOver('approver', { model: 'm' })
  const { delegations } = await ask('viewer', 'GET', 'delegations')
  assert.deepEqual(
    delegations.map(({ id, name, to }: { id: string; name: string; to: string }) => [id, name, to]),
    [[made.id, 'Approver', 'viewer']],
  )
  assert.equal((await approve('viewer')).outcome, 'ACCEPTED_PENDING_QUORUM')
  assert.equal((await approve('approver')).outcome, 'DUPLICATE')
  const end = await approve('other-approver')
  assert.equal(end.outcome, 'APPROVED')
  const rows = await listDecisions(world.gate.db, 'm/1')
  const first = rows.find(({ decision }) => decision.outcome === 'ACCEPTED_PENDING_QUORUM')
  assert.deepEqual(first?.decision.onBehalfOf, {
    ...{ delegation: made.id, person: 'approver', name: 'Approver' },
  })
  assert.equal(first?.decision.person, 'viewer')
})
