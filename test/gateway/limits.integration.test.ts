import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, hidden, signInAs } from '../support/browser.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  // While the clock stands still nothing is allowed again.
  const now = Date.now()
  world = await gatewayWorld({ workerless: true, clock: () => now })
})
after(() => world?.close())

test('a person who decides too often is told when to come back; another is not held up', async () => {
  const ask = (person: string) =>
    world.ask(person, 'releases/m/99/decisions', {
      method: 'POST',
      body: { answer: 'approve', digest: 'd' },
    })
  const answers = await Promise.all(Array.from({ length: 70 }, () => ask('approver')))
  const codes = answers.map(({ body }) => body.code)
  const refused = answers.filter(({ status }) => status === 429)
  assert.ok(refused.length >= 1 && refused.length <= 10, String(refused.length))
  assert.ok(codes.every((code) => ['RELEASE_UNKNOWN', 'TOO_MANY_REQUESTS'].includes(code)))
  const problem = refused[0]?.body
  assert.deepEqual([problem.code, problem.title], ['TOO_MANY_REQUESTS', 'Too Many Requests'])
  assert.match(problem.help, /try again in \d+ s/)
  assert.equal((await ask('other-approver')).status, 404)
})

test('signing out takes the form of its own page', async () => {
  const browser = new Browser()
  const page = await signInAs(browser, world.url, 'viewer')
  const forged = await browser.submit(page, '/sign-out', { csrf: 'x'.repeat(43) })
  assert.deepEqual([forged.status, /FORM_EXPIRED/.test(forged.text)], [403, true])
  const elsewhere = await browser.open(`${world.url}/sign-out`, {
    method: 'POST',
    body: new URLSearchParams({ csrf: hidden(page, 'csrf') }),
    headers: { origin: 'https://elsewhere.example' },
  })
  assert.equal(elsewhere.status, 403)
  assert.equal((await browser.open(world.url)).status, 200, 'still signed in')
})

test('an address that is not signed in is limited; probes and good tokens there are not', async () => {
  const statuses = async (path: string, bearer: string) => {
    const headers = { authorization: `Bearer ${bearer}` }
    const requests = Array.from({ length: 70 }, () => fetch(`${world.url}${path}`, { headers }))
    return (await Promise.all(requests)).map(({ status }) => status)
  }
  const guessed = await statuses('/v1/me', 'guess')
  assert.ok(guessed.includes(401))
  const open = await statuses('/v1/sign-in', 'none')
  assert.ok(open.includes(429), 'what is open counts with what was refused')
  const refused = await fetch(`${world.url}/v1/sign-in`)
  assert.equal(refused.status, 429)
  assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
  assert.match(refused.headers.get('content-type') ?? '', /^application\/problem\+json/)
  assert.equal((await fetch(`${world.url}/v1/me`)).status, 429, 'in place of 401')
  assert.equal((await fetch(`${world.url}/healthz`)).status, 200)
  assert.equal((await fetch(`${world.url}/readyz`)).status, 200)
  assert.equal((await world.ask('viewer', 'me')).status, 200)
})
