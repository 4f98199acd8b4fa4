import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cardsOf } from '../../adapters/postgres/cards.ts'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { listNotices } from '../../adapters/postgres/notices.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { tellSteward } from '../../adapters/temporal/messages.ts'
import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import { workflowId } from '../../contracts/messages.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { type GateWorldOptions, gateWorld, until } from '../support/gate-world.ts'
import { judged } from '../support/judged.ts'
import { reconcileNow } from '../support/reconcile-now.ts'
import { newScript, type Script, verdictOf } from '../support/scripted-activities.ts'
import { type SlackServer, slackServer } from '../support/slack-server.ts'
import { type WebhookReceiver, webhookReceiver } from '../support/webhook-receiver.ts'

const cleanUps: (() => Promise<unknown>)[] = []
/** Of the life under way: one that goes on meanwhile has another. */
let slack: SlackServer
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp()
})

/** The life of the model `m`, with a chat of its own messages. */
async function life(options: GateWorldOptions = {}, script: Script = newScript()) {
  slack = await slackServer()
  cleanUps.push(slack.close)
  process.env['TEST_SLACK_TOKEN'] = slack.token
  const channel: ChannelSettings = {
    ...{ kind: 'slack', channel: slack.channel, api: slack.api },
    token: { env: 'TEST_SLACK_TOKEN' },
  }
  const world = await gateWorld({ channel, script, ...options })
  cleanUps.push(() => world.close())
  const { db, environment } = world
  return {
    ...world,
    tell: (day: number, verdict: VerdictName) =>
      tellSteward(environment, 'm', 'verdict-reached', verdictOf('m', day, verdict)),
    acknowledge: (id: string, person: string) =>
      tellSteward(environment, 'm', 'acknowledged', {
        ...{ eventId: `${person}/${id}`, id, person, name: person },
      }),
    incident: async () => (await listIncidents(db, 'm'))[0]!,
    notice: async () => (await listNotices(db, 'm'))[0]!,
    saved: (holds: (state: NonNullable<Awaited<ReturnType<typeof findSteward>>>) => boolean) =>
      until(async () => {
        const state = await findSteward(db, 'm')
        return state !== null && holds(state)
      }),
  }
}

const texts = () => [...slack.messages.values()].map(({ text }) => text)
const all = () => JSON.stringify([...slack.messages.values()].map(({ blocks }) => blocks))
const shows = (pattern: RegExp) => until(async () => pattern.test(all()))

test('an incident is one card from its first window until it is resolved in place', async () => {
  const one = await life()
  await one.tell(1, 'DRIFT')
  await shows(/One bad window so far, from 2024-01-02\./)
  assert.deepEqual(texts(), ['▲ drift: m since 2024-01-02'])
  await one.tell(2, 'DRIFT')
  await one.tell(3, 'DRIFT')
  await shows(/3 bad windows so far, from 2024-01-02 to 2024-01-05/)
  const { id } = await one.incident()
  await one.acknowledge(id, 'ada')
  await shows(/ada acknowledged it/)
  assert.deepEqual(texts(), ['◔ drift, acknowledged: m since 2024-01-02'])
  await one.tell(4, 'NO_DRIFT')
  await one.tell(5, 'NO_DRIFT')
  await shows(/Resolved [^"]+: quiet again for 2 window\(s\) in a row/)
  assert.deepEqual(texts(), ['✔ drift, resolved: m since 2024-01-02'])
  assert.equal(slack.messages.size, 1)
})

test('broken input is a card of its own beside drift, and only says what a person does', async () => {
  const one = await life()
  await one.tell(1, 'DRIFT')
  await one.tell(2, 'DATA_QUALITY')
  await until(async () => slack.messages.size === 2)
  await shows(/A person looks at the source of the data; nothing is retrained on it/)
  assert.deepEqual(texts().sort(), [
    '▲ drift: m since 2024-01-02',
    '✖ broken input: m since 2024-01-03',
  ])
})

test('the same event told again, by many, makes no second card and no second change', async () => {
  const one = await life()
  for (let round = 0; round < 5; round++) await one.tell(1, 'DRIFT')
  await shows(/drift: m/)
  const { id } = await one.incident()
  await Promise.all(['ada', 'bob', 'cy', 'ada'].map((person) => one.acknowledge(id, person)))
  await one.saved(({ drift }) => drift?.acknowledged !== undefined)
  const first = (await one.incident()).acknowledged
  await one.tell(1, 'DRIFT')
  await one.tell(2, 'DRIFT')
  await one.saved(({ drift }) => drift?.windows === 2)
  assert.deepEqual((await one.incident()).acknowledged, first)
  await shows(/2 bad windows/)
  assert.equal(slack.messages.size, 1)
})

test('a failed retraining, silence and an incomplete window are one card each, resolved in place', async () => {
  const script: Script = { ...newScript(), labels: 100, training: 'failed' }
  const one = await life({}, script)
  await one.tell(1, 'STALE')
  await shows(/no rows come: m/)
  await one.tell(2, 'STALE')
  await shows(/seen 2 times/)
  await one.tell(3, 'DRIFT')
  await shows(/the window from 2024-01-04 is DRIFT/)
  await one.tell(4, 'DRIFT')
  await shows(/retraining \w+ failed: as the script says/)
  await one.tell(5, 'INCOMPLETE_WINDOW')
  await shows(/incomplete windows: m/)
  assert.equal(texts().length, 4)
  script.training = 'succeeded'
  script.passes = 'no'
  const request = { eventId: 'asked-1', person: 'operator', reason: 'memory was added' }
  await tellSteward(one.environment, 'm', 'retrain-requested', request)
  await shows(/retraining failed, resolved: m/)
  assert.equal(texts().length, 4)
})

test('what nobody acknowledges is shown to others too, once, and both cards go on together', async () => {
  const receiver: WebhookReceiver = await webhookReceiver()
  cleanUps.push(() => receiver.close())
  process.env['TEST_ON_CALL_SECRET'] = receiver.secret
  const channel: ChannelSettings = {
    ...{ kind: 'webhook', url: receiver.url },
    secret: { env: 'TEST_ON_CALL_SECRET' },
  }
  const one = await life({ escalation: { channel, after: '3s' } })
  await one.tell(1, 'DATA_QUALITY')
  await shows(/Unless somebody acknowledges it by [^"]+, it is shown in on-call too/)
  assert.equal(receiver.events.size, 0)
  await until(async () => receiver.events.size > 0)
  const types = () => [...receiver.events.values()].map(({ type }) => type)
  assert.deepEqual(types(), ['incident.open'])
  await shows(/Nobody had acknowledged it by/)
  const { escalatedAt, openedAt } = await one.incident()
  assert.ok(Date.parse(escalatedAt!) - Date.parse(openedAt) >= 3_000)
  await one.acknowledge((await one.incident()).id, 'ada')
  await until(async () => types().includes('incident.acknowledged'))
  await one.tell(2, 'NO_DRIFT')
  await one.tell(3, 'NO_DRIFT')
  await until(async () => types().includes('incident.resolved'))
  await shows(/broken input, resolved: m/)
  assert.equal(new Set([...receiver.events.values()].map(({ data }) => data.key)).size, 1)
  assert.equal((await one.incident()).escalatedAt, escalatedAt)
})

test('a steward that was gone beyond a deadline tells the others when it is back, once', async () => {
  const receiver: WebhookReceiver = await webhookReceiver()
  cleanUps.push(() => receiver.close())
  process.env['TEST_ON_CALL_SECRET'] = receiver.secret
  const channel: ChannelSettings = {
    ...{ kind: 'webhook', url: receiver.url },
    secret: { env: 'TEST_ON_CALL_SECRET' },
  }
  const one = await life({ escalation: { channel, after: '2s' }, workerless: true })
  const first = await gateWorker(one.workerInput, newScript())
  await one.tell(1, 'DRIFT')
  await one.saved(({ drift }) => drift?.state === 'open')
  const steward = one.environment.client.workflow.getHandle(
    workflowId.steward(one.environment.prefix, 'm'),
  )
  await steward.terminate('as after the loss of its history')
  await first.stop()
  const second = await gateWorker(one.workerInput, newScript())
  cleanUps.push(() => second.stop())
  await one.tell(2, 'DRIFT')
  await until(async () => receiver.events.size > 0)
  const { escalatedAt } = await one.incident()
  await one.tell(3, 'DRIFT')
  await one.saved(({ drift }) => drift?.windows === 3)
  assert.equal((await one.incident()).escalatedAt, escalatedAt)
})

test('a chat that fails holds up no incident; the next round shows what it missed, resolved too', async () => {
  const one = await life()
  slack.mishaps.push(...Array.from({ length: 500 }, () => 'refused' as const))
  await one.tell(1, 'DRIFT')
  await one.saved(({ drift }) => drift?.state === 'open')
  const { id } = await one.incident()
  await until(async () => (await reconcileNow(one.environment)).failed.length > 0)
  slack.mishaps.length = 0
  assert.deepEqual((await reconcileNow(one.environment)).failed, [])
  assert.deepEqual(texts(), ['▲ drift: m since 2024-01-02'])
  slack.mishaps.push(...Array.from({ length: 500 }, () => 'refused' as const))
  await one.acknowledge(id, 'ada')
  await one.tell(2, 'NO_DRIFT')
  await one.tell(3, 'NO_DRIFT')
  await one.saved(({ drift }) => drift?.state === 'resolved')
  slack.mishaps.length = 0
  await until(async () => (await reconcileNow(one.environment)).failed.length === 0)
  assert.deepEqual(texts(), ['✔ drift, resolved: m since 2024-01-02'])
})

test('an incident of a model without a channel has no card, and can be acknowledged', async () => {
  const world = await gateWorld({ script: newScript() })
  cleanUps.push(() => world.close())
  const { environment, db } = world
  await tellSteward(environment, 'm', 'verdict-reached', verdictOf('m', 1, 'DRIFT'))
  await until(async () => (await listIncidents(db, 'm')).length === 1)
  const { id } = (await listIncidents(db, 'm'))[0]!
  const message = { eventId: 'a', id, person: 'ada', name: 'Ada' }
  await tellSteward(environment, 'm', 'acknowledged', message)
  await until(async () => (await listIncidents(db, 'm'))[0]?.acknowledged?.name === 'Ada')
  assert.deepEqual(await cardsOf(db, { kind: 'incident', id }), [])
})

const images = () =>
  [...slack.messages.values()].flatMap(({ blocks }) =>
    blocks.filter(({ type }: { type: string }) => type === 'image'),
  )

test('a card shows the picture of its latest verdict, given once for each, with the numbers in words', async () => {
  const one = await life()
  await judged(one.db, 1)
  await one.tell(1, 'DRIFT')
  await until(async () => images().length === 1)
  assert.match(images()[0].alt_text, /car_value drifted: effect 0\.92 > 0\.10, p <1e-99/)
  assert.equal(images()[0].slack_file.id, 'F1')
  assert.equal(slack.files.get('F1')?.bytes?.toString('latin1', 1, 4), 'PNG')
  await one.acknowledge((await one.incident()).id, 'ada')
  await shows(/ada acknowledged it/)
  assert.equal(images()[0].slack_file.id, 'F1')
  assert.equal(slack.files.size, 1)
  await judged(one.db, 2)
  await one.tell(2, 'DRIFT')
  await until(async () => images()[0]?.slack_file.id === 'F2')
  assert.equal(slack.messages.size, 1)
})

/** The pause after a picture that could not be given is over. */
async function pictureDue({ db, environment }: Awaited<ReturnType<typeof life>>): Promise<void> {
  await db.query("update cards set picture_after = now() - interval '1 second'")
  await reconcileNow(environment)
}

test('a chat that takes no picture shows the card without, and with it once it takes one', async () => {
  const one = await life()
  slack.refusesFiles = true
  await judged(one.db, 1)
  await one.tell(1, 'DRIFT')
  await shows(/4,955 rows against 50,000 of the reference/)
  const problem = async () =>
    (await cardsOf(one.db, { kind: 'incident', id: (await one.incident()).id }))[0]?.problem
  await until(async () => (await problem()) != null)
  assert.match((await problem()) ?? '', /^no picture: CHAT_REFUSED: .*missing_scope/)
  assert.deepEqual(images(), [])
  slack.refusesFiles = false
  await reconcileNow(one.environment)
  assert.deepEqual(images(), [], 'it was tried a moment ago')
  await pictureDue(one)
  assert.equal(images().length, 1)
  assert.equal(await problem(), null)
  assert.equal(slack.messages.size, 1)
})

test('a picture that is not ready in the chat keeps no card back, and is shown a minute later', async () => {
  const one = await life()
  slack.preparesFiles = true
  await judged(one.db, 1)
  await one.tell(1, 'DRIFT')
  await shows(/4,955 rows against 50,000 of the reference/)
  assert.deepEqual(images(), [])
  slack.preparesFiles = false
  await pictureDue(one)
  assert.equal(images()[0]?.slack_file.id, 'F1')
  assert.equal(slack.messages.size, 1)
  assert.equal(slack.files.size, 1)
})
