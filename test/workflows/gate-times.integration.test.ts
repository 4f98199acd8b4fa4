import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cardActivities } from '../../activities/cards.ts'
import { openChannel } from '../../adapters/chat/index.ts'
import { cardsOf } from '../../adapters/postgres/cards.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { findTerminalDecision, listDecisions } from '../../adapters/postgres/decisions.ts'
import { listGateEvents } from '../../adapters/postgres/gate-events.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { closedAfter } from '../support/closed-after.ts'
import {
  type GateWorldOptions,
  gateWorld,
  otherApprover,
  until,
  viewer,
} from '../support/gate-world.ts'
import { type SlackServer, slackServer } from '../support/slack-server.ts'
import { targetNow } from '../support/table-target.ts'

const opened = closedAfter(gateWorld)
let slack: SlackServer
before(async () => {
  slack = await slackServer()
  process.env['TEST_SLACK_TOKEN'] = slack.token
})
after(() => slack?.close())

async function openGate(options: GateWorldOptions) {
  const world = await opened(options)
  await world.open()
  return world
}
type World = Awaited<ReturnType<typeof openGate>>

const kindsOf = async ({ db }: World) => (await listGateEvents(db, 'm/1')).map(({ kind }) => kind)
const soon = (ms: number) => new Date(Date.now() + ms).toISOString()
const inSlack = () => ({
  ...{ kind: 'slack' as const, channel: slack.channel, api: slack.api },
  token: { env: 'TEST_SLACK_TOKEN' },
})

/** The history of the request is lost, and the record says that it was opened and expires so long from now. */
async function loseHistory(world: World, openedMs: number, expiresMs: number): Promise<void> {
  const { db } = world
  const asked = async () => (await findRelease(db, 'm/1'))?.askedAt?.getTime() ?? 0
  await world.handle.terminate('as after the loss of its history')
  const before = await asked()
  await db.query('update releases set opened_at = $1, expires_at = $2', [
    soon(openedMs),
    soon(expiresMs),
  ])
  await world.start()
  await until(async () => (await asked()) > before)
}

test('in a freeze an approval counts, and nothing moves before it ends', async () => {
  const freeze = [{ from: '2020-01-01T00:00:00Z', until: soon(10_000), reason: 'year end' }]
  const world = await openGate({ approval: { freeze } })
  assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
  await until(async () => (await findRelease(world.db, 'm/1'))?.state !== 'waiting')
  assert.equal((await world.result()).state, 'promoted')
  const row = await findRelease(world.db, 'm/1')
  assert.ok((row?.endedAt?.getTime() ?? 0) >= Date.parse(freeze[0]!.until))
  assert.deepEqual(await targetNow(world.db), { version: '2', moves: 1 })
})

test('what was approved in a freeze and has changed by its end does not move', async () => {
  const freeze = [{ from: '2020-01-01T00:00:00Z', until: soon(10_000) }]
  const world = await openGate({ gate: { freeze } })
  assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
  await world.apply({ required: 2 })
  assert.equal((await world.result()).state, 'void')
  assert.equal((await targetNow(world.db)).moves, 0)
})

test('what a freeze keeps is withdrawn by an approver: nothing moves, and the chain has both answers', async () => {
  const freeze = [{ from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }]
  const world = await openGate({ approval: { freeze }, channel: inSlack() })
  assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
  await until(async () => (await findRelease(world.db, 'm/1'))?.reason !== '')
  const other = await world.message(otherApprover, 'reject')
  const [first, second] = await Promise.all([world.decide(other), world.decide(other)])
  assert.deepEqual([first?.outcome, second?.outcome].sort(), ['DUPLICATE', 'WITHDRAWN'])
  const ended = await world.result()
  assert.deepEqual([ended.state, ended.reason], ['rejected', 'withdrawn by Other Approver'])
  assert.equal((await targetNow(world.db)).moves, 0)
  assert.equal((await findTerminalDecision(world.db, 'm/1'))?.outcome, 'WITHDRAWN')
  const outcomes = (await listDecisions(world.db, 'm/1')).map(({ decision }) => decision.outcome)
  assert.deepEqual(outcomes.slice(0, 2), ['APPROVED', 'WITHDRAWN'])
  const card = () => JSON.stringify([...slack.messages.values()].at(-1))
  await until(async () => /rejected: m/.test(card()))
  assert.match(card(), /Approver approved.*Other Approver withdrew it, .*seen/)
})

test('nobody decides: others are asked too, once, and may answer, also when the history of the request was lost', async () => {
  const world = await openGate({ approval: { escalation: { after: '1s', role: 'viewer' } } })
  await until(async () => (await kindsOf(world)).includes('escalated'))
  const [first] = await listGateEvents(world.db, 'm/1')
  await loseHistory(world, -5_000, 3_600_000)
  assert.equal((await world.decide(await world.message(viewer)))?.outcome, 'APPROVED')
  assert.equal((await world.result()).state, 'promoted')
  assert.deepEqual(
    (await listGateEvents(world.db, 'm/1')).map(({ at }) => at),
    [first?.at],
  )
})

test('what nobody decides in time is asked once more, from nothing, and may still be approved', async () => {
  const approval = { onExpiry: 'ask-again' as const, required: 2 }
  const world = await openGate({ approval, expiry: '6s' })
  const first = await findRelease(world.db, 'm/1')
  const early = await world.decide(await world.message())
  assert.equal(early?.outcome, 'ACCEPTED_PENDING_QUORUM')
  await until(async () => (await kindsOf(world)).includes('asked-again'))
  const again = async () => await findRelease(world.db, 'm/1')
  await until(async () => ((await again())?.expiresAt ?? 0) > (first?.expiresAt ?? 0))
  // Whoever had approved is asked again.
  const outcomes = []
  for (const person of [undefined, otherApprover]) {
    outcomes.push((await world.decide(await world.message(person)))?.outcome)
  }
  assert.deepEqual(outcomes, ['ACCEPTED_PENDING_QUORUM', 'APPROVED'])
  assert.equal((await world.result()).state, 'promoted')
})

test('what nobody decides then either expires', async () => {
  const world = await openGate({ approval: { onExpiry: 'ask-again' }, expiry: '2s' })
  const { openedAt } = (await findRelease(world.db, 'm/1')) ?? {}
  assert.equal((await world.result()).state, 'expired')
  assert.deepEqual(await kindsOf(world), ['asked-again'])
  const ended = (await findRelease(world.db, 'm/1'))?.endedAt?.getTime() ?? 0
  assert.ok(ended - (openedAt?.getTime() ?? 0) >= 3_500, String(ended))
})

test('of two reminders that an outage missed the last one comes, and the chat is told once', async () => {
  const world = await openGate({ expiry: '4h', channel: inSlack() })
  await until(async () => slack.messages.size === 1)
  await loseHistory(world, -7_200_000, 1_500_000)
  await until(async () => (await kindsOf(world)).length > 0)
  assert.deepEqual(await kindsOf(world), ['last-call'])
  // The worker has told what there was to tell; as if it had not.
  await until(async () => (await listGateEvents(world.db, 'm/1'))[0]?.toldAt != null)
  await world.db.query('update gate_events set told_at = null')

  const said: string[] = []
  const acts = cardActivities({
    db: world.db,
    clock: Date.now,
    settings: async () => (await currentSettings(world.db)).settings,
    openChannel: (name, settings) => {
      const channel = openChannel(name, settings, () => slack.token)
      return channel && { ...channel, remind: async (_, text) => void said.push(text) }
    },
  })
  await acts.remind({ release: 'm/1', kind: 'last-call' })
  await acts.remind({ release: 'm/1', kind: 'last-call' })
  assert.equal(said.length, 1)
  assert.match(said[0] ?? '', /^Last call: m, version 2 for version 1 \(m\/1\) waits for 1 person/)
})

test('in quiet hours nobody is reminded and nothing is escalated', async () => {
  const quietHours = [{ from: '2020-01-01T00:00:00Z', until: soon(1_000_000) }]
  const world = await openGate({
    expiry: '4h',
    gate: { quietHours },
    approval: { escalation: { after: '1s', role: 'x' } },
  })
  await loseHistory(world, -7_200_000, 1_500_000)
  // The first thing that would be due was due long ago: an answer that is judged now comes after it.
  assert.equal((await world.decide(await world.message()))?.outcome, 'APPROVED')
  assert.deepEqual(await kindsOf(world), [])
})

test('an escalated request has its card in the further channel too', async () => {
  const world = await openGate({
    channel: inSlack(),
    approval: { escalation: { after: '1s', role: 'viewer', channel: 'team' } },
  })
  await until(async () => (await kindsOf(world)).includes('escalated'))
  await until(async () => {
    const cards = await cardsOf(world.db, { kind: 'release', id: 'm/1' })
    return cards.some(({ card }) =>
      /in their place people with the role viewer/.test(card.who ?? ''),
    )
  })
})
