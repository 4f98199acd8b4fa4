import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { targetNow } from '../support/table-target.ts'

const worlds: GatewayWorld[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

async function openWorld(options: Parameters<typeof gatewayWorld>[0] = {}) {
  const world = await gatewayWorld(options)
  worlds.push(world)
  await world.gate.open()
  const { body } = await world.ask('viewer', 'releases/m/1')
  return { ...world, digest: body.evidenceDigest as string }
}

const decision = (digest: string, answer = 'approve', reason = 'looks right') => ({
  method: 'POST' as const,
  body: { answer, digest, reason },
})

test('the approver whom the token names approves, and later clicks are told so', async () => {
  const world = await openWorld()
  const approved = await world.ask('approver', 'releases/m/1/decisions', decision(world.digest))
  assert.equal(approved.status, 200)
  assert.equal(approved.body.outcome, 'APPROVED')
  assert.equal(approved.body.by, 'Approver')

  const again = await world.ask('approver', 'releases/m/1/decisions', decision(world.digest))
  assert.equal(again.body.outcome, 'ALREADY_DECIDED')
  await until(async () => (await targetNow(world.gate.db)).moves === 1)
  await world.gate.result()
  const other = await world.ask(
    'other-approver',
    'releases/m/1/decisions',
    decision(world.digest, 'reject', 'too late'),
  )
  assert.equal(other.body.outcome, 'ALREADY_DECIDED')
  assert.equal(other.body.by, 'Approver')
  const { body } = await world.ask('viewer', 'releases/m/1')
  assert.equal(body.state, 'promoted')
  assert.equal(body.decisions[0].reason, 'looks right')
})

test('fifty clicks at once are one answer', async () => {
  const world = await openWorld()
  const clicks = Array.from({ length: 50 }, () =>
    world.ask('approver', 'releases/m/1/decisions', decision(world.digest)),
  )
  const answers = await Promise.all(clicks)
  const outcomes = new Set(answers.map(({ body }) => body.outcome))
  assert.ok(outcomes.has('APPROVED'), JSON.stringify(answers[0]))
  assert.ok([...outcomes].every((each) => ['APPROVED', 'ALREADY_DECIDED'].includes(each)))
  await world.gate.result()
  const links = await listDecisions(world.gate.db, 'm/1')
  assert.equal(links.filter(({ decision: each }) => each.outcome === 'APPROVED').length, 1)
  assert.equal((await targetNow(world.gate.db)).moves, 1)
})

test('who may not, who asked for it, and who saw something else are told which it was', async () => {
  const world = await openWorld({ requestedBy: ['other-approver'] })
  const path = 'releases/m/1/decisions'
  for (const person of ['viewer', 'operator']) {
    const { status, body } = await world.ask(person, path, decision(world.digest))
    assert.equal(status, 403)
    assert.equal(body.code, 'NOT_AUTHORISED')
  }
  const self = await world.ask('other-approver', path, decision(world.digest))
  assert.equal(self.body.outcome, 'SELF_APPROVAL')
  const stale = await world.ask('approver', path, decision('f'.repeat(64)))
  assert.equal(stale.body.outcome, 'STALE_EVIDENCE')
  const unknown = await world.ask('approver', 'releases/m/9/decisions', decision(world.digest))
  assert.equal(unknown.status, 404)
  assert.equal(unknown.body.code, 'RELEASE_UNKNOWN')

  const named = await world.ask('approver', path, {
    method: 'POST',
    body: { answer: 'approve', digest: world.digest, reason: '', person: 'other-approver' },
  })
  assert.equal(named.body.code, 'REQUEST_INVALID')
  const silent = await world.ask('approver', path, decision(world.digest, 'reject', '  '))
  assert.equal(silent.body.code, 'REQUEST_INVALID')
  assert.match(silent.body.detail, /a rejection needs a reason/)
  assert.equal((await targetNow(world.gate.db)).moves, 0)

  const rejected = await world.ask('approver', path, decision(world.digest, 'reject', 'not now'))
  assert.equal(rejected.body.outcome, 'REJECTED')
})

test('a one-use token opens the gate once, for its release only', async () => {
  const world = await openWorld()
  const issued = await world.ask('approver', 'releases/m/1/tokens', {
    method: 'POST',
    body: { answer: 'approve', digest: 'f'.repeat(64) },
  })
  assert.equal(issued.body.signal.workflowId, `${world.gate.environment.prefix}release/m/1`)
  const message = {
    schema: 'driftgate-decision/1' as const,
    token: issued.body.token as string,
    reason: 'by hand',
  }
  assert.equal((await world.gate.decide(message))?.outcome, 'STALE_EVIDENCE')
  assert.equal((await world.gate.decide(message))?.outcome, 'DUPLICATE')
  const refused = await world.ask('viewer', 'releases/m/1/tokens', {
    method: 'POST',
    body: { answer: 'approve', digest: world.digest },
  })
  assert.equal(refused.body.code, 'NOT_AUTHORISED')
})

test('an open gate is a metric, and so is what people were told', async () => {
  const world = await openWorld()
  await world.ask('approver', 'releases/m/1/decisions', decision('f'.repeat(64)))
  const text = await (await fetch(`${world.url}/metrics`)).text()
  assert.match(text, /drift_gate_waiting_seconds\{release="m\/1",model="m"\} \d/)
  assert.match(text, /drift_gate_decisions_total\{outcome="STALE_EVIDENCE"\} 1/)
})
