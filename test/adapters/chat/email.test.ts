import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openChannel } from '../../../adapters/chat/index.ts'
import { releaseCard } from '../../../reports/release-card.ts'
import { past } from '../../reports/examples.ts'
import { type MailServer, mailServer } from '../../support/mail-server.ts'

let server: MailServer
before(async () => {
  server = await mailServer()
})
after(() => server?.close())

const link = 'https://gateway.example/releases/car-loan/2'
const card = releaseCard({
  view: past.releases[0]!,
  incidents: past.incidents.slice(0, 1),
  ...{ ending: '', environment: 'test', link },
})

function channel(tls: 'starttls' | 'never' = 'never') {
  const settings = {
    kind: 'email' as const,
    ...{ host: '127.0.0.1', port: server.port, tls, username: server.username },
    ...{ password: { env: 'X' }, from: 'Driftgate <driftgate@example.org>', to: ['a@example.org'] },
  }
  const all = { chat: { mail: settings }, environment: 'test' }
  return openChannel('mail', all, () => server.password)!
}

const posting = { card, key: 'car-loan/2/x/mail', revision: 1, attemptedAt: null }

test('a mail says what the card says, with one link that opens the page', async () => {
  await channel().post(posting)
  const mail = [...server.mails.values()].at(-1)!
  assert.equal(mail.headers['subject'], card.headline)
  assert.match(mail.headers['content-type'] ?? '', /text\/plain/)
  assert.deepEqual(mail.text.match(/https?:\S+/g), [link])
  for (const sentence of card.risk) assert.ok(mail.text.includes(sentence), sentence)
  assert.doesNotMatch(mail.text, /approve=|answer=|token/)
})

test('what follows is an answer to the first mail', async () => {
  await channel().update('x', { ...posting, revision: 4 })
  const mail = [...server.mails.values()].at(-1)!
  const [first] = [...server.mails.keys()]
  assert.equal(mail.headers['in-reply-to'], first)
})

test('a headline cannot add a header', async () => {
  const hostile = { ...card, headline: 'late\r\nBcc: everybody@example.org' }
  await channel().post({ ...posting, card: hostile, key: 'hostile' })
  const mail = [...server.mails.values()].at(-1)!
  assert.equal(mail.headers['bcc'], undefined)
  assert.equal(mail.headers['subject'], 'late Bcc: everybody@example.org')
})

test('nothing is sent where the server offers no TLS, unless that is configured', async () => {
  const before = server.mails.size
  await assert.rejects(channel('starttls').post({ ...posting, key: 'secret' }), {
    code: 'CHAT_REFUSED',
  })
  assert.equal(server.mails.size, before)
})
