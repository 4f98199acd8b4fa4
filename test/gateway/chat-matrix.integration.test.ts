import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChatChannel } from '../../adapters/chat/chat-channel.ts'
import { openChannel } from '../../adapters/chat/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { linkAccount } from '../../adapters/postgres/chat-accounts.ts'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { recordSignIn } from '../../adapters/postgres/sign-ins.ts'
import type { MatrixSettings } from '../../contracts/chat-settings.ts'
import type { MatrixUser, ShownMessage } from '../../examples/demo/matrix-user.ts'
import { releaseCard } from '../../reports/release-card.ts'
import { past } from '../reports/examples.ts'
import { Browser, hidden, signInAs } from '../support/browser.ts'
import { approver, until, viewer } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { type MatrixServer, matrixServer } from '../support/matrix-server.ts'
import { type PushGate, pushGate } from '../support/push-gate.ts'

let matrix: MatrixServer
let pushes: PushGate
let people: Record<'approver' | 'viewer' | 'operator', MatrixUser>
const worlds: GatewayWorld[] = []
before(async () => {
  matrix = await matrixServer()
  pushes = await pushGate(matrix.pushPort)
  process.env['TEST_MATRIX_TOKEN'] = matrix.bot.token
  process.env['TEST_MATRIX_PUSH_TOKEN'] = matrix.bot.pushToken
  people = {
    approver: await matrix.signIn('approver'),
    viewer: await matrix.signIn('viewer'),
    operator: await matrix.signIn('operator'),
  }
})
after(async () => {
  await Promise.all(worlds.map((world) => world.close()))
  await pushes?.close()
  await matrix?.close()
})

const settingsOf = (room: string): MatrixSettings => ({
  ...{ kind: 'matrix', homeserver: matrix.url, room, links: 'https://matrix.to/#/' },
  ...{ token: { env: 'TEST_MATRIX_TOKEN' }, pushToken: { env: 'TEST_MATRIX_PUSH_TOKEN' } },
})

const channelOf = (room: string): ChatChannel =>
  openChannel(
    'team',
    { chat: { team: settingsOf(room) }, environment: 'test' },
    readSecret,
  ) as ChatChannel

const cardOfPast = () =>
  releaseCard({
    ...{ view: past.releases[0]!, incident: null, ending: '', environment: 'test' },
    link: 'https://gateway.example/releases/car-loan/2',
  })

/** The release `m/1` at its gate, its card in a room of its own; the approver and the viewer have linked their accounts. */
async function gate() {
  const room = await matrix.room(...Object.values(people))
  const world = await gatewayWorld({ channel: settingsOf(room) })
  worlds.push(world)
  pushes.target = world.url
  const { db } = world.gate
  const at = new Date()
  for (const person of [approver, viewer]) {
    const user = people[person.subject as 'approver'].user
    const account = { kind: 'matrix', workspace: 'driftgate.local', user, name: person.subject }
    await linkAccount(db, account, person, at)
    const { subject, name, roles } = person
    await recordSignIn(db, { person: subject, name, knownAs: null, roles, groups: [], at })
  }
  await world.gate.open()
  const cards = async (): Promise<ShownMessage[]> =>
    (await matrix.bot.as.messages(room)).filter(({ content }) => content['io.driftgate.card'])
  const card = async (state: string): Promise<ShownMessage> => {
    const found = async () =>
      (await cards()).find(({ content }) => content['io.driftgate.card'].state === state)
    await until(async () => (await found()) !== undefined)
    return (await found()) as ShownMessage
  }
  const decisions = async () => (await listDecisions(db, 'm/1')).map(({ decision }) => decision)
  const waiting = await card('waiting')
  const { digest } = waiting.content['io.driftgate.card']
  const code = digest.replace(/^sha256:/, '').slice(0, 8)
  return { world, room, db, cards, card, decisions, waiting: waiting.id, code }
}

/** What the bot told that person alone, the last one. */
async function told(person: MatrixUser, pattern: RegExp): Promise<string> {
  const words = async () => {
    for (const room of await invitations(person)) {
      await person.call('POST', `v3/join/${encodeURIComponent(room)}`, {})
    }
    const { joined_rooms } = await person.call('GET', 'v3/joined_rooms')
    const all: string[] = []
    for (const room of joined_rooms) {
      const messages = await person.messages(room)
      all.push(
        ...messages.flatMap(({ content, body }) => (content.msgtype === 'm.notice' ? [body] : [])),
      )
    }
    return all.reverse().find((body) => pattern.test(body))
  }
  await until(async () => (await words()) !== undefined)
  return (await words()) as string
}

const heardUntil = new Map<MatrixUser, string>()

/** Rooms that a person was invited to since they last looked. */
async function invitations(person: MatrixUser): Promise<string[]> {
  const since = heardUntil.get(person)
  const { rooms, next_batch } = await person.call('GET', `v3/sync${since ? `?since=${since}` : ''}`)
  heardUntil.set(person, next_batch)
  return Object.keys(rooms?.invite ?? {})
}

const reactions = async (room: string, event: string): Promise<string[]> => {
  const path = `v1/rooms/${encodeURIComponent(room)}/relations/${encodeURIComponent(event)}/m.annotation`
  const { chunk } = await matrix.bot.as.call('GET', path)
  return chunk.map(({ sender }: { sender: string }) => sender)
}

test('✅ on the card decides, the card says so, and whoever pressed it is told alone', async () => {
  const { world, room, waiting, card, decisions } = await gate()
  await people.approver.react(room, waiting, '✅')
  assert.equal((await world.gate.result()).state, 'promoted')
  const shown = await card('promoted')
  assert.equal(shown.id, waiting, 'it is the same message')
  assert.match(shown.body, /^✔ approved and in place: m, version 2 for version 1\n/)
  assert.match(shown.body, /Approver approved/)
  const [decision] = await decisions()
  assert.equal(decision?.outcome, 'APPROVED')
  assert.equal(decision?.via?.account, `matrix:driftgate.local:${people.approver.user}`)
  assert.match(await told(people.approver, /APPROVED/), /^APPROVED: /)
  const all = await people.viewer.messages(room)
  assert.ok(
    all.every(({ content }) => content.msgtype !== 'm.notice'),
    'nobody else is told',
  )
  assert.deepEqual(await reactions(room, waiting), [people.approver.user])
})

test('a rejection is typed with its code and a reason, as a reply or by itself', async () => {
  const { world, room, code, card, decisions, waiting } = await gate()
  await people.approver.say(room, `reject ${code}`)
  await told(people.approver, /say why/)
  await people.approver.say(room, 'reject 00000000 too early')
  await told(people.approver, /no card here has the code 00000000/)
  await people.approver.say(room, `Reject ${code}: slices are worse`, waiting)
  assert.equal((await world.gate.result()).state, 'rejected')
  assert.match((await card('rejected')).body, /Approver rejected, [^\n]+: "slices are worse"/)
  assert.deepEqual(
    (await decisions()).map(({ outcome, reason }) => [outcome, reason]),
    [['REJECTED', 'slices are worse']],
  )
})

test('whoever is not linked is told a link, signs in there once, and presses again', async () => {
  const { world, room, waiting, decisions } = await gate()
  await people.operator.react(room, waiting, '✅')
  const words = await told(people.operator, /Link this account/)
  assert.match(words, /does not know yet who you are/)
  await until(async () => (await reactions(room, waiting)).length === 0)
  assert.deepEqual(await decisions(), [])
  const browser = new Browser()
  const link = /http:\S+\/chat\/link\S+/.exec(words)?.[0] ?? ''
  const page = await signInAs(browser, link, 'other-approver')
  assert.match(page.text, /@operator:driftgate\.local/)
  const fields = { csrf: hidden(page, 'csrf'), token: hidden(page, 'token') }
  await browser.submit(page, '/chat/link', fields)
  await people.operator.react(room, waiting, '✅')
  assert.equal((await world.gate.result()).state, 'promoted')
  assert.deepEqual(
    (await decisions()).map(({ person, outcome }) => [person, outcome]),
    [['other-approver', 'APPROVED']],
  )
})

test('whoever lacks the role is told so, and the reaction is taken back', async () => {
  const { room, waiting, decisions } = await gate()
  await people.viewer.react(room, waiting, '✅')
  await told(people.viewer, /NOT_AUTHORISED/)
  await until(async () => (await reactions(room, waiting)).length === 0)
  assert.deepEqual(await decisions(), [])
})

test('what is pressed while we are down is brought later and counts once', async () => {
  const { world, room, waiting, decisions } = await gate()
  pushes.down = true
  await people.approver.react(room, waiting, '✅')
  await until(async () => pushes.pushed.at(-1)?.status === 503)
  assert.deepEqual(await decisions(), [])
  pushes.down = false
  assert.equal((await world.gate.result()).state, 'promoted')
  assert.equal((await decisions()).length, 1)
})

test('the same transaction again does nothing, and one with another token is refused', async () => {
  const { world, room, waiting, decisions, db } = await gate()
  await people.approver.react(room, waiting, '✅')
  await world.gate.result()
  const last = pushes.pushed.find(
    ({ body }) => body.includes('m.reaction') && body.includes(waiting),
  )
  assert.ok(last)
  const kept = async () => (await db.query('select count(*)::int as n from chat_answers')).rows[0].n
  const before = await kept()
  assert.equal(await pushes.repeat(last), 200)
  assert.equal(await kept(), before)
  const forged = { ...last, path: last.path.replace(/\d+$/, '999999') }
  assert.equal(await pushes.repeat(forged, 'Bearer of another'), 401)
  assert.equal(await pushes.repeat(forged, ''), 401)
  assert.equal(await kept(), before)
  assert.equal((await decisions()).length, 1)
})

test('other evidence is another card; what is pressed on the old one is stale', async () => {
  const { world, room, waiting, cards, card, decisions } = await gate()
  await world.gate.apply({ expiry: '2h' })
  await people.approver.react(room, waiting, '✅')
  await told(people.approver, /STALE_EVIDENCE/)
  await until(async () => (await cards()).length === 2)
  const old = await card('stale')
  assert.equal(old.id, waiting)
  const anew = await card('waiting')
  assert.ok(
    old.body.includes(
      `https://matrix.to/#/${encodeURIComponent(room)}/${encodeURIComponent(anew.id)}`,
    ),
  )
  await people.approver.react(room, anew.id, '✅')
  assert.equal((await world.gate.result()).state, 'promoted')
  assert.deepEqual(
    (await decisions()).map(({ outcome }) => outcome),
    ['STALE_EVIDENCE', 'APPROVED'],
  )
})

test('a reaction that is taken away after it was recorded is only a remark', async () => {
  const { world, room, waiting, decisions, card } = await gate()
  const reaction = await people.approver.react(room, waiting, '❌')
  assert.equal((await world.gate.result()).state, 'rejected')
  await people.approver.remove(room, reaction)
  await until(async () =>
    pushes.pushed.some(({ body }) => body.includes('m.room.redaction') && body.includes(reaction)),
  )
  await card('rejected')
  assert.deepEqual(
    (await decisions()).map(({ outcome }) => outcome),
    ['REJECTED'],
  )
})

test('only what the bot itself showed is a card, and only other people answer it', async () => {
  const { room, waiting, code, decisions, db } = await gate()
  const forged = await people.viewer.send(room, 'm.room.message', {
    ...{ msgtype: 'm.text', body: 'a card' },
    'io.driftgate.card': { key: 'k', release: 'm/1', digest: 'sha256:0000000000' },
  })
  const ignored = await matrix.room(people.approver)
  await people.approver.react(room, forged, '✅')
  await people.approver.react(room, waiting, '👀')
  await people.approver.say(room, `I would approve ${code} tomorrow`)
  await people.approver.say(ignored, `approve ${code}`)
  await matrix.bot.as.say(room, `approve ${code}`)
  await matrix.bot.as.react(room, waiting, '✅')
  const last = await people.viewer.say(room, 'that was all')
  await until(async () =>
    pushes.pushed.some(({ body, status }) => status === 200 && body.includes(last)),
  )
  const { rows } = await db.query('select * from chat_answers')
  assert.deepEqual(rows, [])
  assert.deepEqual(await decisions(), [])
})

test('a card that was deleted is told to be gone, and posted again it is another message', async () => {
  const room = await matrix.room(people.approver)
  const channel = channelOf(room)
  const posting = { card: cardOfPast(), key: 'k', revision: 1, attemptedAt: null }
  const first = await channel.post(posting)
  await matrix.bot.as.remove(room, first)
  const changed = { ...posting, revision: 2 }
  await assert.rejects(channel.update(first, changed), { code: 'CHAT_CARD_GONE' })
  const second = await channel.post(changed)
  assert.notEqual(second, first)
  const shown = await people.approver.messages(room)
  assert.deepEqual(
    shown.map(({ id }) => id),
    [second],
  )
})

test('the bot joins the room that it was invited to with its first card, and no other', async () => {
  const { room_id: room } = await people.approver.call('POST', 'v3/createRoom', {
    preset: 'private_chat',
  })
  const channel = channelOf(room)
  const posting = { card: cardOfPast(), key: 'k', revision: 1, attemptedAt: null }
  await assert.rejects(channel.post(posting), { code: 'CHAT_REFUSED' })
  await assert.rejects(channel.probe(), /is no member of/)
  await people.approver.call('POST', `v3/rooms/${encodeURIComponent(room)}/invite`, {
    user_id: matrix.bot.user,
  })
  const card = await channel.post(posting)
  assert.match(await channel.probe(), /^@driftgate:driftgate\.local in !/)
  assert.equal((await people.approver.messages(room))[0]?.id, card)
})
