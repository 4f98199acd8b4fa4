import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cardActivities } from '../../activities/cards.ts'
import { openChannel } from '../../adapters/chat/index.ts'
import { cardsOf } from '../../adapters/postgres/cards.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { scheduleReconcile } from '../../adapters/temporal/schedules.ts'
import { workflowId } from '../../contracts/messages.ts'
import { closedAfter } from '../support/closed-after.ts'
import { gateWorker } from '../support/gate-worker.ts'
import {
  approver,
  type GateWorldOptions,
  gateWorld,
  otherApprover,
  until,
} from '../support/gate-world.ts'
import { reconcileNow } from '../support/reconcile-now.ts'
import { type SlackServer, slackServer } from '../support/slack-server.ts'

const release = { kind: 'release', id: 'm/1' } as const
const opened = closedAfter(gateWorld)
let slack: SlackServer
before(async () => {
  slack = await slackServer()
  process.env['TEST_SLACK_TOKEN'] = slack.token
})
after(() => slack?.close())

/** The release `m/1` at its gate, with a chat of its own messages. */
async function gate(options: GateWorldOptions = {}) {
  slack.messages.clear()
  slack.mishaps.length = 0
  return opened({
    channel: {
      ...{ kind: 'slack', channel: slack.channel, api: slack.api },
      token: { env: 'TEST_SLACK_TOKEN' },
    },
    ...options,
  })
}

const texts = () => [...slack.messages.values()].map(({ text }) => text)
const shows = (pattern: RegExp) => until(async () => texts().some((text) => pattern.test(text)))
const all = () => JSON.stringify([...slack.messages.values()])

test('a request is a card, which tells in place what came of it', async () => {
  const world = await gate()
  await world.open()
  await shows(/^⏸ waiting for approval: m, version 2 for version 1$/)
  assert.match(all(), /1 person with the role approver until/)
  await world.decide(await world.message())
  await world.result()
  assert.deepEqual(texts(), ['✔ approved and in place: m, version 2 for version 1'])
  assert.match(all(), /Approver approved, [^"]+: \\"seen\\"/)
  const [row] = await cardsOf(world.db, release)
  assert.equal(row?.shown, row?.wanted)
})

test('a rejected request says by whom and why', async () => {
  const world = await gate()
  await world.open()
  await world.decide(await world.message(approver, 'reject'))
  await world.result()
  assert.match(texts().join(), /^✖ rejected: m, version 2 for version 1$/)
  assert.match(all(), /Approver rejected/)
})

test('what is asked anew is a new card, and the old one says where it is', async () => {
  const world = await gate()
  await world.open()
  await shows(/waiting for approval/)
  const stale = await world.message()
  await world.apply({ role: 'senior-approver' })
  const outcome = await world.decide(stale)
  assert.equal(outcome?.outcome, 'STALE_EVIDENCE')
  await shows(/out of date, asked anew: m, m/)
  const [old, anew] = [...slack.messages.values()]
  assert.equal(slack.messages.size, 2)
  assert.match(old?.text ?? '', /out of date/)
  assert.match(anew?.text ?? '', /waiting for approval/)
  assert.match(JSON.stringify(old?.blocks), new RegExp(`p${anew?.ts.replace('.', '')}`))
})

const nothingElse = { told: [], unseen: [], restarted: [] }

test('a chat that fails holds up nobody; what it missed is shown by the next round', async () => {
  const world = await gate()
  // Far more than the release will try.
  slack.mishaps.push(...Array.from({ length: 500 }, () => 'refused' as const))
  await world.open()
  await until(async () => (await cardsOf(world.db, release))[0]?.problem != null)
  assert.deepEqual(await reconcileNow(world.environment), {
    looked: 1,
    failed: [{ ...release, code: 'CHAT_REFUSED' }],
    ...nothingElse,
  })
  assert.equal(slack.messages.size, 0)
  slack.mishaps.length = 0
  assert.deepEqual(await reconcileNow(world.environment), {
    ...{ looked: 1, failed: [] },
    ...nothingElse,
  })
  assert.match(texts().join(), /waiting for approval/)
  slack.mishaps.push(...Array.from({ length: 500 }, () => 'refused' as const))
  await world.decide(await world.message())
  assert.equal((await world.result()).state, 'promoted')
  slack.mishaps.length = 0
  await reconcileNow(world.environment)
  assert.match(texts().join(), /^✔ approved and in place: m, [^,]*$/)
})

test('an answer that comes while the last card is being shown is judged, and its person told', async () => {
  const world = await gate({ checkMs: 10_000 })
  slack.mishaps.push(...Array.from({ length: 500 }, () => 'broken' as const))
  await world.open()
  await world.decide(await world.message())
  await until(async () => (await findRelease(world.db, 'm/1'))?.endedAt != null)
  const late = world.decide(await world.message(otherApprover))
  // The chat is well again long before the answer was checked.
  slack.mishaps.length = 0
  assert.equal((await late)?.outcome, 'ALREADY_DECIDED')
  assert.equal((await world.result()).state, 'promoted')
})

test('after everything was started anew each card is what the record says', async () => {
  const world = await gate({ workerless: true })
  const first = await gateWorker(world.workerInput)
  await world.open()
  await shows(/waiting for approval/)
  await first.stop()
  // Nobody listens while the record goes on, as when a database is restored.
  await world.db.query(
    "update releases set state = 'expired', reason = 'nobody decided in time', ended_at = now()",
  )
  const second = await gateWorker(world.workerInput)
  try {
    await reconcileNow(world.environment)
    assert.match(texts().join(), /^⧖ expired: m, version 2 for version 1$/)
    assert.match(all(), /nobody decided in time/)
  } finally {
    await second.stop()
  }
})

test('many at once that show the same cards make one of each', async () => {
  const world = await gate({ workerless: true })
  const worker = await gateWorker(world.workerInput)
  slack.mishaps.push('answer lost')
  await world.open()
  const acts = cardActivities({
    db: world.db,
    clock: Date.now,
    settings: async () => (await currentSettings(world.db)).settings,
    openChannel: (name, settings) => openChannel(name, settings, () => slack.token),
  })
  try {
    await Promise.allSettled(Array.from({ length: 20 }, () => acts.showCards(release)))
    await acts.showCards(release)
    assert.equal(slack.messages.size, 1)
  } finally {
    await worker.stop()
  }
})

test('a card that somebody deleted is posted anew while it asks', async () => {
  const world = await gate()
  await world.open()
  await shows(/waiting for approval/)
  slack.messages.clear()
  await world.db.query("update releases set expires_at = expires_at + interval '1 hour'")
  await reconcileNow(world.environment)
  assert.equal(slack.messages.size, 1)
  assert.match(texts().join(), /waiting for approval/)
})

test('a model without a channel has no card', async () => {
  slack.messages.clear()
  const world = await opened()
  await world.open()
  await world.decide(await world.message())
  await world.result()
  assert.deepEqual(await cardsOf(world.db, release), [])
  assert.equal(slack.messages.size, 0)
})

test('the rounds of repair have a schedule, which is made once', async () => {
  const world = await gate()
  const { client, prefix } = world.environment
  const settings = { temporal: { address: '', namespace: 'default', prefix } }
  await scheduleReconcile(client, settings as never)
  await scheduleReconcile(client, settings as never)
  const handle = client.schedule.getHandle(workflowId.reconcile(prefix))
  try {
    await handle.trigger()
    await until(async () => (await handle.describe()).info.recentActions.length > 0)
  } finally {
    await handle.delete()
  }
})
