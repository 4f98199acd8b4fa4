import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChatChannel } from '../../adapters/chat/chat-channel.ts'
import { openChannel } from '../../adapters/chat/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { releaseCard } from '../../reports/release-card.ts'
import { past } from '../reports/examples.ts'
import { Browser, hidden, signInAs } from '../support/browser.ts'
import { until } from '../support/gate-world.ts'
import { type MatrixGate, type MatrixHouse, matrixHouse } from '../support/matrix-house.ts'

let house: MatrixHouse
before(async () => {
  house = await matrixHouse()
})
after(() => house?.close())

const channelOf = (room: string): ChatChannel =>
  openChannel(
    'team',
    { chat: { team: house.settingsOf(room) }, environment: 'test' },
    readSecret,
  ) as ChatChannel

const cardOfPast = () =>
  releaseCard({
    ...{ view: past.releases[0]!, incidents: [], ending: '', environment: 'test' },
    link: 'https://gateway.example/releases/car-loan/2',
  })

/** The release `m/1` on a card that waits in a room of its own. */
async function gate(): Promise<MatrixGate & { waiting: string; code: string }> {
  const opened = await house.gate()
  await opened.world.gate.open()
  const waiting = await opened.card('waiting')
  return { ...opened, waiting: waiting.id, code: waiting.content['io.driftgate.card'].code }
}

test('✅ on the card decides, the card says so, and whoever pressed it is told alone', async () => {
  const { world, room, waiting, card, decisions } = await gate()
  await house.people.approver.react(room, waiting, '✅')
  assert.equal((await world.gate.result()).state, 'promoted')
  const shown = await card('promoted')
  assert.equal(shown.id, waiting, 'it is the same message')
  assert.match(shown.body, /^✔ approved and in place: m, version 2 for version 1\n/)
  assert.match(shown.body, /Approver approved/)
  const [decision] = await decisions()
  assert.equal(decision?.outcome, 'APPROVED')
  assert.equal(decision?.via?.account, `matrix:driftgate.local:${house.people.approver.user}`)
  assert.match(await house.told(house.people.approver, /APPROVED/), /^APPROVED: /)
  const all = await house.people.viewer.messages(room)
  assert.ok(
    all.every(({ content }) => content.msgtype !== 'm.notice'),
    'nobody else is told',
  )
  assert.deepEqual(await house.reactions(room, waiting), [house.people.approver.user])
})

test('a rejection is typed with its code and a reason, as a reply or by itself', async () => {
  const { world, room, code, card, decisions, waiting } = await gate()
  await house.people.approver.say(room, `reject ${code}`)
  await house.told(house.people.approver, /say why/)
  await house.people.approver.say(room, 'reject 00000000 too early')
  await house.told(house.people.approver, /no card here has the code 00000000/)
  await house.people.approver.say(room, `Reject ${code}: slices are worse`, waiting)
  assert.equal((await world.gate.result()).state, 'rejected')
  assert.match((await card('rejected')).body, /Approver rejected, [^\n]+: "slices are worse"/)
  assert.deepEqual(
    (await decisions()).map(({ outcome, reason }) => [outcome, reason]),
    [['REJECTED', 'slices are worse']],
  )
})

test('whoever is not linked is told a link, signs in there once, and presses again', async () => {
  const { world, room, waiting, decisions } = await gate()
  await house.people.operator.react(room, waiting, '✅')
  const words = await house.told(house.people.operator, /Link this account/)
  assert.match(words, /does not know yet who you are/)
  await until(async () => (await house.reactions(room, waiting)).length === 0)
  assert.deepEqual(await decisions(), [])
  const browser = new Browser()
  const link = /http:\S+\/chat\/link\S+/.exec(words)?.[0] ?? ''
  const page = await signInAs(browser, link, 'other-approver')
  assert.match(page.text, /@operator:driftgate\.local/)
  const fields = { csrf: hidden(page, 'csrf'), token: hidden(page, 'token') }
  await browser.submit(page, '/chat/link', fields)
  await house.people.operator.react(room, waiting, '✅')
  assert.equal((await world.gate.result()).state, 'promoted')
  assert.deepEqual(
    (await decisions()).map(({ person, outcome }) => [person, outcome]),
    [['other-approver', 'APPROVED']],
  )
})

test('whoever lacks the role is told so, and the reaction is taken back', async () => {
  const { room, waiting, decisions } = await gate()
  await house.people.viewer.react(room, waiting, '✅')
  await house.told(house.people.viewer, /NOT_AUTHORISED/)
  await until(async () => (await house.reactions(room, waiting)).length === 0)
  assert.deepEqual(await decisions(), [])
})

test('what is pressed while we are down is brought later and counts once', async () => {
  const { world, room, waiting, decisions } = await gate()
  house.pushes.down = true
  await house.people.approver.react(room, waiting, '✅')
  await until(async () => house.pushes.pushed.at(-1)?.status === 503)
  assert.deepEqual(await decisions(), [])
  house.pushes.down = false
  assert.equal((await world.gate.result()).state, 'promoted')
  assert.equal((await decisions()).length, 1)
})

test('the same transaction again does nothing, and one with another token is refused', async () => {
  const { world, room, waiting, decisions, db } = await gate()
  await house.people.approver.react(room, waiting, '✅')
  await world.gate.result()
  const last = house.pushes.pushed.find(
    ({ body }) => body.includes('m.reaction') && body.includes(waiting),
  )
  assert.ok(last)
  const kept = async () => (await db.query('select count(*)::int as n from chat_answers')).rows[0].n
  const before = await kept()
  assert.equal(await house.pushes.repeat(last), 200)
  assert.equal(await kept(), before)
  const forged = { ...last, path: last.path.replace(/\d+$/, '999999') }
  assert.equal(await house.pushes.repeat(forged, 'Bearer of another'), 401)
  assert.equal(await house.pushes.repeat(forged, ''), 401)
  assert.equal(await kept(), before)
  assert.equal((await decisions()).length, 1)
})

test('other evidence is another card; what is pressed on the old one is stale', async () => {
  const { world, room, waiting, cards, card, decisions } = await gate()
  await world.gate.apply({ expiry: '2h' })
  await house.people.approver.react(room, waiting, '✅')
  await house.told(house.people.approver, /STALE_EVIDENCE/)
  await until(async () => (await cards()).length === 2)
  const old = await card('stale')
  assert.equal(old.id, waiting)
  const anew = await card('waiting')
  assert.ok(
    old.body.includes(
      `https://matrix.to/#/${encodeURIComponent(room)}/${encodeURIComponent(anew.id)}`,
    ),
  )
  await house.people.approver.react(room, anew.id, '✅')
  assert.equal((await world.gate.result()).state, 'promoted')
  assert.deepEqual(
    (await decisions()).map(({ outcome }) => outcome),
    ['STALE_EVIDENCE', 'APPROVED'],
  )
})

test('a reaction that is taken away after it was recorded is only a remark', async () => {
  const { world, room, waiting, decisions, card } = await gate()
  const reaction = await house.people.approver.react(room, waiting, '❌')
  assert.equal((await world.gate.result()).state, 'rejected')
  await house.people.approver.remove(room, reaction)
  await until(async () =>
    house.pushes.pushed.some(
      ({ body }) => body.includes('m.room.redaction') && body.includes(reaction),
    ),
  )
  await card('rejected')
  assert.deepEqual(
    (await decisions()).map(({ outcome }) => outcome),
    ['REJECTED'],
  )
})

test('only what the bot itself showed is a card, and only other people answer it', async () => {
  const { room, waiting, code, decisions, db } = await gate()
  const forged = await house.people.viewer.send(room, 'm.room.message', {
    ...{ msgtype: 'm.text', body: 'a card' },
    'io.driftgate.card': { key: 'k', release: 'm/1', digest: 'sha256:0000000000' },
  })
  const ignored = await house.matrix.room(house.people.approver)
  await house.people.approver.react(room, forged, '✅')
  await house.people.approver.react(room, waiting, '👀')
  await house.people.approver.say(room, `I would approve ${code} tomorrow`)
  await house.people.approver.say(ignored, `approve ${code}`)
  await house.matrix.bot.as.say(room, `approve ${code}`)
  await house.matrix.bot.as.react(room, waiting, '✅')
  const last = await house.people.viewer.say(room, 'that was all')
  await until(async () =>
    house.pushes.pushed.some(({ body, status }) => status === 200 && body.includes(last)),
  )
  const { rows } = await db.query('select * from chat_answers')
  assert.deepEqual(rows, [])
  assert.deepEqual(await decisions(), [])
})

test('a card that was deleted is told to be gone, and posted again it is another message', async () => {
  const room = await house.matrix.room(house.people.approver)
  const channel = channelOf(room)
  const posting = { card: cardOfPast(), key: 'k', revision: 1, attemptedAt: null }
  const first = await channel.post(posting)
  await house.matrix.bot.as.remove(room, first)
  const changed = { ...posting, revision: 2 }
  await assert.rejects(channel.update(first, changed), { code: 'CHAT_CARD_GONE' })
  const second = await channel.post(changed)
  assert.notEqual(second, first)
  const shown = await house.people.approver.messages(room)
  assert.deepEqual(
    shown.map(({ id }) => id),
    [second],
  )
})

test('the bot joins the room that it was invited to with its first card, and no other', async () => {
  const { room_id: room } = await house.people.approver.call('POST', 'v3/createRoom', {
    preset: 'private_chat',
  })
  const channel = channelOf(room)
  const posting = { card: cardOfPast(), key: 'k', revision: 1, attemptedAt: null }
  await assert.rejects(channel.post(posting), { code: 'CHAT_REFUSED' })
  await assert.rejects(channel.probe(), /is no member of/)
  await house.people.approver.call('POST', `v3/rooms/${encodeURIComponent(room)}/invite`, {
    user_id: house.matrix.bot.user,
  })
  const card = await channel.post(posting)
  assert.match(await channel.probe(), /^@driftgate:driftgate\.local in !/)
  assert.equal((await house.people.approver.messages(room))[0]?.id, card)
})
