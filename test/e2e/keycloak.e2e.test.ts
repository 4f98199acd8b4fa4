import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openIdentity } from '../../adapters/identity/index.ts'
import { main } from '../../cli/main.ts'
import { settingsSchema } from '../../contracts/config.ts'
import { Browser, hidden, type Page } from '../support/browser.ts'
import { until } from '../support/gate-world.ts'
import { type GateAndGateway, gatewayWith } from '../support/gateway-world.ts'
import { keycloakPassword, type TestKeycloak, testKeycloak } from '../support/keycloak.ts'

// Keycloak itself stands where the local identity server stands elsewhere: nothing else of Driftgate is told so.
const folder = mkdtempSync(join(tmpdir(), 'driftgate-keycloak-cli-'))
let keycloak: TestKeycloak
let world: GateAndGateway
before(async () => {
  keycloak = await testKeycloak()
  world = await gatewayWith({ issuer: keycloak.issuer, tokenOf })
  await world.gate.open()
})
after(async () => {
  await world?.close()
  await keycloak?.close()
  rmSync(folder, { recursive: true })
})

const address = () => `${world.url}/releases/m/1`

async function tokenOf(username: string): Promise<string> {
  const response = await fetch(`${keycloak.issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'password', client_id: 'driftgate-cli', scope: 'openid profile' },
      ...{ username, password: keycloakPassword },
    }),
  })
  const body = (await response.json()) as { access_token?: string }
  if (!body.access_token) throw new Error(`no token of ${username}: ${JSON.stringify(body)}`)
  return body.access_token
}

/** Fills in Keycloak's own form; from its page on, wherever it leads. */
function signInAt(
  browser: Browser,
  page: Page,
  username: string,
  password = keycloakPassword,
): Promise<Page> {
  const action = formOf(page, 'id="kc-form-login"')
  return browser.submit(page, action, { username, password, credentialId: '' })
}

function formOf(page: Page, mark = ''): string {
  const action = new RegExp(`<form[^>]*${mark}[^>]*action="([^"]+)"`).exec(page.text)?.[1]
  if (action === undefined) throw new Error(`no such form: ${page.text.slice(0, 800)}`)
  return action.replaceAll('&amp;', '&')
}

const signedIn = async (browser: Browser, person: string) =>
  signInAt(browser, await browser.open(address()), person)
const answer = (browser: Browser, page: Page, chosen: string, reason: string) =>
  browser.submit(page, '/releases/m/1', {
    ...{ csrf: hidden(page, 'csrf'), digest: hidden(page, 'digest'), answer: chosen, reason },
  })

test('its people are known by its subject, with name, roles and nothing of our own', async () => {
  const { status, body } = await world.ask('olga', 'me')
  assert.equal(status, 200)
  assert.equal(body.subject, await keycloak.subjectOf('olga'))
  assert.equal(body.name, 'Olga Test')
  assert.ok(body.roles.includes('approver') && body.roles.includes('viewer'))
  assert.ok(!body.roles.includes('operator'))
})

test('a token that it made for another client is not for us', async () => {
  const url = world.url
  const { issuer } = keycloak
  const others = settingsSchema.shape.gateway.parse({ url, issuer, audience: 'another-service' })
  await assert.rejects(openIdentity(others).verifyBearer(await tokenOf('olga')), {
    code: 'NOT_SIGNED_IN',
  })
})

const said = (kept: string[]) => ({ write: (text: string) => kept.push(text) > 0 })

test('a terminal signs in by device: the code is confirmed on its page, and work is allowed by role', async () => {
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    stdout: said(out),
    stderr: said(err),
    ...{ stdinIsTerminal: false, environment: {}, folder, signal: new AbortController().signal },
  }
  const done = main(['login', '--gateway', world.url], terminal)
  await until(async () => /open {2}\S+/.test(err.join('')))
  const browser = new Browser()
  const login = await browser.open(/open {2}(\S+)/.exec(err.join(''))![1]!)
  const consent = await signInAt(browser, login, 'vera')
  const code = hidden(consent, 'code')
  await browser.submit(consent, formOf(consent), { code, accept: 'Yes' })
  assert.equal(await done, 0, err.join(''))
  assert.equal(await main(['gate', '--gateway', world.url], terminal), 8, err.join(''))
  assert.match(out.join(''), /m\/1 {2}⏸ waiting/)
  assert.equal(await main(['approve', 'm/1', '--gateway', world.url], terminal), 1)
  assert.match(err.join(''), /NOT_AUTHORISED/)
})

test('who may not answer sees why; a wrong password signs nobody in', async () => {
  const page = await signedIn(new Browser(), 'vera')
  assert.match(page.text, /<button class="approve"[^>]* disabled/)
  assert.match(page.text, /Only someone with the role approver may answer/)
  const browser = new Browser()
  const form = await browser.open(address())
  const wrong = await signInAt(browser, form, 'olga', 'guessed')
  assert.equal(wrong.url.origin, new URL(keycloak.issuer).origin)
  assert.match((await browser.open(address())).text, /kc-form-login/)
})

test('whoever leaves the group that brings the roles has none after the next sign-in', async () => {
  const id = await keycloak.subjectOf('olga')
  const groups = (await keycloak.admin('GET', `users/${id}/groups`)) as {
    id: string
    name: string
  }[]
  const approvers = `users/${id}/groups/${groups.find(({ name }) => name === 'approvers')?.id}`
  await keycloak.admin('DELETE', approvers)
  const noLonger = /may not look at releases: it needs the role viewer/
  assert.match((await signedIn(new Browser(), 'olga')).text, noLonger)
  await keycloak.admin('PUT', approvers)
  assert.doesNotMatch((await signedIn(new Browser(), 'olga')).text, noLonger)
})

test('new signing keys are taken up while it runs, and tokens of the old ones stay good', async () => {
  const before = await tokenOf('vera')
  const { id: parentId } = (await keycloak.admin('GET', '')) as { id: string }
  await keycloak.admin('POST', 'components', {
    ...{ name: 'newer', parentId, providerId: 'rsa-generated' },
    providerType: 'org.keycloak.keys.KeyProvider',
    config: { priority: ['1000'], algorithm: ['RS256'], keySize: ['2048'] },
  })
  const kid = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid
  const after = await tokenOf('vera')
  assert.notEqual(kid(after), kid(before))
  // Our copy of the key set is asked for again at most every five seconds.
  await until(async () => (await world.ask(null, 'me', { bearer: after })).status === 200, 30_000)
  assert.equal((await world.ask(null, 'me', { bearer: before })).status, 200)
})

test('an approver signs in with a password, approves on the page, and the version serves', async () => {
  const browser = new Browser()
  const page = await signedIn(browser, 'olga')
  assert.equal(page.url.href, address())
  const approved = await answer(browser, page, 'approve', 'better')
  assert.match(approved.text, /<strong>APPROVED<\/strong>: Olga Test approved m\/1/)
  assert.equal((await world.gate.result()).state, 'promoted')
  const { body } = await world.ask('vera', 'releases/m/1')
  assert.equal(body.decisions.at(-1).person, 'Olga Test')
})
