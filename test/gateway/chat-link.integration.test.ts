import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { EncryptJWT } from 'jose'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { Browser, hidden, type Page, signInAs } from '../support/browser.ts'
import { type ChatGate, chatGate, olga, stranger } from '../support/chat-gate.ts'
import { closedAfter } from '../support/closed-after.ts'
import { until } from '../support/gate-world.ts'
import { slackHome } from '../support/slack-people.ts'

const open = closedAfter(chatGate)

/** What the stranger is told after pressing a button. */
async function linkFor(gate: ChatGate, atMs = Date.now()): Promise<string> {
  const before = gate.people.told(stranger).length
  await gate.people.press({ person: stranger, request: { atMs } })
  await until(async () => gate.people.told(stranger).length > before)
  const [, link = ''] =
    /<(http[^|]+)\|Link this account>/.exec(gate.people.told(stranger)[0]!) ?? []
  return link
}

/** The account of the stranger on the page of accounts. */
const idOf = (page: Page): string => {
  const [, id] = /stranger<\/strong>[\s\S]*?name="id" value="(\d+)"/.exec(page.text) ?? []
  if (id === undefined) throw new Error(`no account of the stranger: ${page.text}`)
  return id
}

const submit = (browser: Browser, page: Page): Promise<Page> =>
  browser.submit(page, '/chat/link', { csrf: hidden(page, 'csrf'), token: hidden(page, 'token') })

test('an account is linked once by signing in, after which its clicks count', async () => {
  const gate = await open()
  const link = await linkFor(gate)
  assert.match(link, new RegExp(`^${gate.world.url}/chat/link\\?token=`))
  const browser = new Browser()
  const page = await signInAs(browser, link, 'approver')
  assert.match(page.text, /stranger/)
  assert.match(page.text, new RegExp(`slack:${slackHome.workspace}:${stranger.id}`))
  assert.match(page.text, /<strong>Approver<\/strong> \(approver\)/)
  assert.match(page.text, /If somebody sent you this link, close the page/)
  const linked = await submit(browser, page)
  assert.equal(linked.url.pathname, '/chat/accounts')
  assert.match(linked.text, /stranger/)

  await gate.people.press({ person: stranger })
  await gate.told(stranger, /^APPROVED: Approver/)
  const [link0] = await listDecisions(gate.world.gate.db, 'm/1')
  assert.equal(link0?.decision.person, 'approver')
})

test('a link is good once, for ten minutes, and only as we made it', async () => {
  let aheadMs = 0
  const gate = await open({ clock: () => Date.now() + aheadMs })
  const browser = new Browser()
  const page = await signInAs(browser, await linkFor(gate), 'approver')
  assert.equal((await submit(browser, page)).status, 200)
  const again = await submit(browser, page)
  assert.equal(again.status, 403)
  assert.match(again.text, /CHAT_LINK_INVALID/)

  const forged = await browser.open(`${gate.world.url}/chat/link?token=${'a'.repeat(40)}`)
  assert.match(forged.text, /CHAT_LINK_INVALID/)
  // Well made, by somebody who has not our key.
  const cookie = await new EncryptJWT({ link: { channel: 'team', account: {} } })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(randomBytes(32))
  const other = await browser.open(`${gate.world.url}/chat/link?token=${cookie}`)
  assert.match(other.text, /CHAT_LINK_INVALID/)
  const accounts = await browser.open(`${gate.world.url}/chat/accounts`)
  const csrf = hidden(accounts, 'csrf')
  await browser.submit(accounts, '/chat/accounts', { csrf, id: idOf(accounts) })
  const fresh = await linkFor(gate)
  aheadMs = 601_000
  const late = await browser.open(fresh)
  assert.match(late.text, /CHAT_LINK_INVALID/)
})

test('an account that is somebody else’s stays theirs until they unlink it', async () => {
  const gate = await open()
  const [first, second] = [await linkFor(gate), await linkFor(gate)]
  const one = new Browser()
  await submit(one, await signInAs(one, first, 'approver'))
  const other = new Browser()
  const taken = await submit(other, await signInAs(other, second, 'other-approver'))
  assert.equal(taken.status, 409)
  assert.match(taken.text, /CHAT_ACCOUNT_TAKEN/)

  const accounts = await one.open(`${gate.world.url}/chat/accounts`)
  const csrf = hidden(accounts, 'csrf')
  const theirs = await other.open(`${gate.world.url}/chat/accounts`)
  const id = idOf(accounts)
  await other.submit(theirs, '/chat/accounts', { csrf: hidden(theirs, 'csrf'), id })
  assert.match((await one.open(`${gate.world.url}/chat/accounts`)).text, /stranger/)
  const unlinked = await one.submit(accounts, '/chat/accounts', { csrf, id })
  assert.equal(unlinked.status, 200)
  assert.doesNotMatch(unlinked.text, /stranger/)
  assert.match(await linkFor(gate), /\/chat\/link/)
  assert.deepEqual(await listDecisions(gate.world.gate.db, 'm/1'), [])
})

test('a form that another site sends links nothing', async () => {
  const gate = await open()
  const browser = new Browser()
  const page = await signInAs(browser, await linkFor(gate), 'approver')
  const refused = await browser.submit(page, '/chat/link', {
    csrf: 'x'.repeat(43),
    token: hidden(page, 'token'),
  })
  assert.match(refused.text, /FORM_EXPIRED/)
})

test('without a group source the last sign-in says what somebody may, while it is fresh', async () => {
  let aheadMs = 0
  const gate = await open({ groupless: true, clock: () => Date.now() + aheadMs })
  const press = () => gate.people.press({ person: olga, request: { atMs: Date.now() + aheadMs } })
  await press()
  await gate.told(olga, /last sign-in is too long ago/)
  await signInAs(new Browser(), `${gate.world.url}/chat/accounts`, 'approver')
  aheadMs = 13 * 3_600_000
  await press()
  await until(async () => gate.people.told(olga).length === 2)
  assert.match(gate.people.told(olga)[0]!, /last sign-in is too long ago.*Open the page/s)
  assert.deepEqual(await listDecisions(gate.world.gate.db, 'm/1'), [])
  aheadMs = 0
  await press()
  await gate.told(olga, /^APPROVED/)
  const [link] = await listDecisions(gate.world.gate.db, 'm/1')
  assert.equal(link?.decision.via?.rightsFrom, 'sign-in')
})
