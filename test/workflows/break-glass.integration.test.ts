import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { listGateEvents } from '../../adapters/postgres/gate-events.ts'
import { findRelease, releaseView } from '../../adapters/postgres/releases.ts'
import { findReview } from '../../adapters/postgres/reviews.ts'
import { decide } from '../../adapters/temporal/messages.ts'
import { workflowId } from '../../contracts/messages.ts'
import {
  approver,
  type GateWorldOptions,
  gateWorld,
  otherApprover,
  until,
  viewer,
} from '../support/gate-world.ts'
import { reconcileNow } from '../support/reconcile-now.ts'
import { slackServer } from '../support/slack-server.ts'
import { targetNow } from '../support/table-target.ts'
import { verifyChain } from '../support/verify-chain.ts'

const worlds: Awaited<ReturnType<typeof gateWorld>>[] = []
after(async () => {
  for (const world of worlds) {
    const { client, prefix } = world.environment
    const review = client.workflow.getHandle(workflowId.review(prefix, 'm/1'))
    await review.terminate('the test is over').catch(() => {})
    await world.close()
  }
})

const lead = { ...viewer, subject: 'lead', name: 'Lead', roles: ['viewer', 'lead'] }
const breakGlass = { role: 'lead', review: '1h' }

async function openGate(options: GateWorldOptions = {}) {
  const world = await gateWorld({
    ...options,
    approval: { required: 2, breakGlass, ...options.approval },
  })
  worlds.push(world)
  await world.open()
  return world
}
type World = Awaited<ReturnType<typeof openGate>>

const breaks = async (world: World) =>
  (await world.decide(await world.message(lead, 'approve', { breakGlass: true })))?.outcome
let clicks = 0
async function reviews(
  world: World,
  person: typeof approver,
  answer: 'approve' | 'reject' = 'approve',
) {
  const message = await world.message(person, answer, { purpose: 'review' })
  const id = `review-${clicks++}`
  return (await decide(world.environment, 'm/1', message, id, 'review'))?.outcome
}
const reviewState = async ({ db }: World) => (await findReview(db, 'm/1'))?.state

test('one person breaks the glass, it moves at once, and the quorum of the others has to uphold it', async () => {
  const world = await openGate()
  assert.equal(await breaks(world), 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  assert.deepEqual(await targetNow(world.db), { version: '2', moves: 1 })
  assert.equal(await reviewState(world), 'open')

  assert.equal(await reviews(world, approver), 'ACCEPTED_PENDING_QUORUM')
  assert.equal(await reviews(world, approver), 'DUPLICATE')
  assert.equal(await reviews(world, { ...lead, roles: ['approver'] }), 'SELF_APPROVAL')
  assert.equal(await reviews(world, otherApprover), 'APPROVED')
  await until(async () => (await reviewState(world)) === 'upheld')
  const rows = (await listDecisions(world.db, 'm/1')).map(({ decision }) => decision)
  assert.deepEqual(
    rows.map(({ brokeGlass, review }) => [brokeGlass ?? false, review ?? false]),
    [[true, false], ...Array.from({ length: 4 }, () => [false, true])],
  )
  assert.equal((await verifyChain(world.db)).links, 5)
})

test('one of the others objects: that is on record, and what serves goes on serving', async () => {
  const world = await openGate()
  assert.equal(await breaks(world), 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  assert.equal(await reviews(world, otherApprover, 'reject'), 'REJECTED')
  await until(async () => (await reviewState(world)) === 'objected')
  assert.deepEqual(await targetNow(world.db), { version: '2', moves: 1 })
})

test('who may not break the glass is refused, and nothing is opened', async () => {
  const world = await openGate()
  const message = await world.message(approver, 'approve', { breakGlass: true })
  assert.equal((await world.decide(message))?.outcome, 'NOT_AUTHORISED')
  assert.equal(await reviewState(world), undefined)
})

test('what is approved and kept by a freeze moves when the glass is broken', async () => {
  const freeze = [{ from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }]
  const world = await openGate({ approval: { required: 1, freeze } })
  assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
  await until(
    async () => (await findRelease(world.db, 'm/1'))?.reason.startsWith('frozen') === true,
  )
  assert.equal((await targetNow(world.db)).moves, 0)
  assert.equal(await breaks(world), 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  assert.equal(await reviewState(world), 'open')
})

test('a review that nobody gives in time is told once, stays open, and is started anew where it was lost', async () => {
  const world = await openGate({ approval: { breakGlass: { ...breakGlass, review: '1s' } } })
  assert.equal(await breaks(world), 'APPROVED')
  await world.result()
  const overdue = async () => (await listGateEvents(world.db, 'm/1')).length === 1
  await until(overdue)
  const { client, prefix } = world.environment
  const id = workflowId.review(prefix, 'm/1')
  await client.workflow.getHandle(id).terminate('as after the loss of its history')
  await reconcileNow(world.environment)
  assert.equal(await reviews(world, approver), 'ACCEPTED_PENDING_QUORUM')
  assert.equal(await reviews(world, otherApprover), 'APPROVED')
  await until(async () => (await reviewState(world)) === 'upheld')
  const row = await findRelease(world.db, 'm/1')
  const { review } = row ? await releaseView(world.db, row) : {}
  assert.notEqual(review?.overdueSince, null)
  assert.equal((await listGateEvents(world.db, 'm/1')).length, 1)
})

test('what is thought of it while its last card is being shown is judged, and its person told', async () => {
  const slack = await slackServer()
  process.env['TEST_SLACK_TOKEN'] = slack.token
  try {
    const world = await openGate({
      checkMs: 5_000,
      approval: { required: 1 },
      channel: {
        ...{ kind: 'slack', channel: slack.channel, api: slack.api },
        token: { env: 'TEST_SLACK_TOKEN' },
      },
    })
    assert.equal(await breaks(world), 'APPROVED')
    await world.result()
    slack.mishaps.push(...Array.from({ length: 500 }, () => 'broken' as const))
    assert.equal(await reviews(world, approver), 'APPROVED')
    await until(async () => (await reviewState(world)) === 'upheld')
    const late = reviews(world, otherApprover)
    // The chat is well again long before the answer was checked.
    slack.mishaps.length = 0
    assert.equal(await late, 'ALREADY_DECIDED')
    const { client, prefix } = world.environment
    await client.workflow.getHandle(workflowId.review(prefix, 'm/1')).result()
    const used = await world.db.query('select from used_tokens')
    assert.equal(used.rowCount, (await listDecisions(world.db, 'm/1')).length)
  } finally {
    await slack.close()
  }
})

test('that a review is overdue is said beside the card of the release, once', async () => {
  const slack = await slackServer()
  process.env['TEST_SLACK_TOKEN'] = slack.token
  try {
    const world = await openGate({
      approval: { breakGlass: { ...breakGlass, review: '1s' } },
      channel: {
        ...{ kind: 'slack', channel: slack.channel, api: slack.api },
        token: { env: 'TEST_SLACK_TOKEN' },
      },
    })
    await until(async () => slack.messages.size === 1)
    assert.equal(await breaks(world), 'APPROVED')
    await world.result()
    await until(async () => (await listGateEvents(world.db, 'm/1'))[0]?.toldAt != null)
    const said = [...slack.threads.values()].flat()
    assert.equal(said.length, 1)
    assert.match(said[0] ?? '', /^Overdue: Lead broke the glass for m, version 2 for version 1/)
  } finally {
    await slack.close()
  }
})
