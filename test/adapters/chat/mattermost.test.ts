import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChatAnswers, Heard } from '../../../adapters/chat/chat-answers.ts'
import { openAnswers, openChannel } from '../../../adapters/chat/index.ts'
import { examplePosting } from '../../support/example-posting.ts'
import {
  mattermostChannel,
  mattermostServer,
  members,
  outsider,
} from '../../support/mattermost-server.ts'

type Server = Awaited<ReturnType<typeof mattermostServer>>
const [olga, pavel, gone, bot] = members as [
  (typeof members)[0],
  (typeof members)[0],
  (typeof members)[0],
  (typeof members)[0],
]
const secret = 'a secret of at least thirty-two characters'
let server: Server
let answers: ChatAnswers
let nowMs = Date.now()
before(async () => {
  server = await mattermostServer()
  answers = openAnswers('team', settings(), readSecret) as ChatAnswers
  await openChannel('team', settings(), readSecret)!.post(examplePosting)
})
after(() => server?.close())

const settings = () => ({
  environment: 'test',
  chat: {
    team: {
      ...{ kind: 'mattermost' as const, url: server.url, channel: mattermostChannel },
      token: { env: 'TOKEN' },
      answers: { url: 'http://gateway.test', secret: { env: 'SECRET' } },
    },
  },
})
const readSecret = (each: object) => ('env' in each && each.env === 'TOKEN' ? server.token : secret)
const card = () => [...server.posts.values()][0]!
const read = (said: object): Promise<Heard> =>
  answers.read({
    ...{ method: 'POST', path: '', query: {}, headers: {}, atMs: nowMs },
    body: Buffer.from(JSON.stringify(said)),
  })

test('a button opens a form that says what follows, and the form is the answer', async () => {
  const heard = await read(server.pressed(card(), 'approve', olga))
  assert.deepEqual(heard.answers, [])
  await heard.next?.()
  assert.match(
    server.dialogs.at(-1)?.dialog.introduction_text ?? '',
    /car-loan\/2: Version 2 takes/,
  )
  const { answers: given } = await read(server.submitted(olga, ''))
  assert.deepEqual(
    given.map(({ verb, subject, account }) => [verb, subject, account.user, account.name]),
    [['approve', 'car-loan/2', olga.id, 'olga']],
  )
  assert.equal(given[0]?.account.workspace, new URL(server.url).host)
})

test('a rejection needs a reason, and the form stays open without one', async () => {
  const heard = await read(server.pressed(card(), 'reject', pavel))
  await heard.next?.()
  const blank = await read(server.submitted(pavel, ' '))
  assert.match(JSON.stringify(blank.acknowledgement), /errors.*reason/)
  assert.deepEqual(blank.answers, [])
  const again = await read(server.submitted(pavel, 'worse on students'))
  assert.equal(again.answers[0]?.reason, 'worse on students')
  const copied = await read(server.submitted(pavel, 'another'))
  assert.equal(copied.deliveryId, again.deliveryId)
})

test('a form that was closed is no answer', async () => {
  const heard = await read(server.pressed(card(), 'approve', olga))
  await heard.next?.()
  const closed = await read(server.submitted(olga, '', { cancelled: true }))
  assert.deepEqual(closed.answers, [])
})

test('a button that we did not make is refused', async () => {
  const good = server.pressed(card(), 'approve', olga)
  const { context } = good
  for (const changes of [
    { ...context, value: 'car-loan/2 sha256:0 x' },
    { ...context, verb: 'reject' },
    { ...context, value: context.value.replace('car-loan/2', 'car-loan/3') },
  ]) {
    await assert.rejects(read({ ...good, context: changes }), { code: 'CHAT_SIGNATURE_INVALID' })
  }
  await assert.rejects(read({ hello: 1 }), { code: 'CHAT_DELIVERY_INVALID' })
})

test('a form is good for whoever pressed, for half an hour, and not with a byte changed', async () => {
  const heard = await read(server.pressed(card(), 'approve', olga))
  await heard.next?.()
  const form = server.submitted(olga, '')
  const refused = { code: 'CHAT_SIGNATURE_INVALID' }
  // A form passes through a browser: its owner may send what they like to us.
  await assert.rejects(read({ ...form, user_id: pavel.id }), refused)
  const [text = '', mac] = form.state.split('.')
  const other = JSON.parse(Buffer.from(text, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...other, user: pavel.id })).toString('base64url')
  await assert.rejects(read({ ...form, user_id: pavel.id, state: `${forged}.${mac}` }), refused)
  const before = nowMs
  for (const offsetMs of [1_801_000, -1_801_000]) {
    nowMs = before + offsetMs
    await assert.rejects(read(form), refused)
  }
  nowMs = before
})

test('bots, people who left and people of other channels have no say', async () => {
  for (const user of [bot, gone, outsider]) {
    const pressed = server.pressed(card(), 'approve', user)
    await assert.rejects(read(pressed), { code: 'CHAT_SIGNATURE_INVALID' })
  }
  const elsewhere = { ...server.pressed(card(), 'approve', olga), channel_id: 'x'.repeat(26) }
  await assert.rejects(read(elsewhere), { code: 'CHAT_WORKSPACE_FOREIGN' })
})

test('what is told one person is a direct message', async () => {
  const account = { kind: 'mattermost', workspace: 'x', user: olga.id, name: 'olga' }
  await answers.tell({ account, place: {} }, { text: 'APPROVED: by @all' })
  const told = [...server.posts.values()].at(-1)
  assert.notEqual(told?.channel_id, mattermostChannel)
  assert.ok(!told?.message.includes('@all'))
})

test('a secret that is short makes no buttons', async () => {
  const short = openAnswers('team', settings(), (each) =>
    'env' in each && each.env === 'TOKEN' ? server.token : 'short',
  ) as ChatAnswers
  const delivery = { method: 'POST', path: '', query: {}, headers: {}, atMs: nowMs }
  const body = Buffer.from(JSON.stringify(server.pressed(card(), 'approve', olga)))
  await assert.rejects(short.read({ ...delivery, body }), { code: 'CHAT_REFUSED' })
})
