import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, hidden, type Page, signInAs } from '../support/browser.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
let address: string
before(async () => {
  world = await gatewayWorld({ requestedBy: ['other-approver'] })
  await world.gate.open()
  address = `${world.url}/releases/m/1`
})
after(() => world?.close())

const fields = (page: Page, answer: string, reason = '') => ({
  csrf: hidden(page, 'csrf'),
  digest: hidden(page, 'digest'),
  answer,
  reason,
})

test('whoever is not signed in is sent to the identity provider and comes back to the page', async () => {
  const page = await signInAs(new Browser(), `${address}?from=chat`, 'viewer')
  assert.equal(page.status, 200)
  assert.equal(page.url.href, `${address}?from=chat`)
  assert.match(page.text, /m: version 2 for version 1/)
  assert.match(page.text, /Viewer <small>\(viewer\)/)
  assert.match(page.text, /role="img"/)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
})

test('the picture of a release is served to whoever is signed in, drawn or as PNG', async () => {
  const browser = new Browser()
  await signInAs(browser, address, 'viewer')
  const svg = await browser.open(`${address}/picture.svg`)
  assert.match(svg.text, /^<svg .*version 2 is better than version 1/)
  const png = await browser.open(`${address}/picture.png`)
  assert.equal(png.headers.get('content-type'), 'image/png')
  assert.match(png.text, /^.PNG/)
})

test('the first page lists what waits', async () => {
  const page = await signInAs(new Browser(), world.url, 'viewer')
  assert.match(page.text, /1 waiting for an answer/)
  assert.match(page.text, /<a href="\/releases\/m\/1">m\/1<\/a>/)
})

test('who lacks the role, or asked for it, sees the button disabled with the reason', async () => {
  const viewer = await signInAs(new Browser(), address, 'viewer')
  assert.match(viewer.text, /<button class="approve"[^>]* disabled/)
  assert.match(viewer.text, /<button class="reject"[^>]* disabled/)
  assert.match(viewer.text, /Only someone with the role approver may answer/)
  const browser = new Browser()
  const asked = await signInAs(browser, address, 'other-approver')
  assert.match(asked.text, /<button class="approve"[^>]* disabled/)
  assert.doesNotMatch(asked.text, /<button class="reject"[^>]* disabled/)
  const tried = await browser.submit(asked, '/releases/m/1', fields(asked, 'approve'))
  assert.match(tried.text, /SELF_APPROVAL/)
})

test('a form without the token of its session, or from another origin, decides nothing', async () => {
  const browser = new Browser()
  const page = await signInAs(browser, address, 'approver')
  const forged = { ...fields(page, 'approve'), csrf: 'x'.repeat(43) }
  const refused = await browser.submit(page, '/releases/m/1', forged)
  assert.equal(refused.status, 403)
  assert.match(refused.text, /FORM_EXPIRED/)
  const elsewhere = await browser.open(address, {
    method: 'POST',
    body: new URLSearchParams(fields(page, 'approve')),
    headers: { origin: 'https://elsewhere.example' },
  })
  assert.equal(elsewhere.status, 403)
  const nobody = await new Browser().submit(page, '/releases/m/1', fields(page, 'approve'))
  assert.equal(nobody.status, 401)
  assert.match(nobody.text, /nothing was decided/)
})

test('a callback that this browser did not begin signs nobody in', async () => {
  const page = await new Browser().open(`${world.url}/sign-in/callback?code=stolen&state=known`)
  assert.equal(page.status, 401)
  assert.match(page.text, /NOT_SIGNED_IN/)
})

test('a sign-in leads back only to a path of ours', async () => {
  for (const back of [
    '//evil.example/',
    'https://evil.example/',
    '/\\evil.example',
    'javascript:x',
  ]) {
    const browser = new Browser()
    const start = `${world.url}/sign-in?back=${encodeURIComponent(back)}`
    const page = await signInAs(browser, start, 'viewer')
    assert.equal(page.url.origin, world.url)
    assert.equal(page.url.pathname, '/')
  }
})

test('a rejection without a reason is asked for one; an approval is shown with what it did', async () => {
  const browser = new Browser()
  const page = await signInAs(browser, address, 'approver')
  const asked = await browser.submit(page, '/releases/m/1', fields(page, 'reject'))
  assert.match(asked.text, /a rejection needs a reason/)
  const approved = await browser.submit(
    asked,
    '/releases/m/1',
    fields(asked, 'approve', 'better & <b>safe</b>'),
  )
  assert.equal(approved.url.pathname, '/releases/m/1')
  assert.match(approved.text, /<strong>APPROVED<\/strong>: Approver approved m\/1/)
  assert.doesNotMatch(approved.text, /class="decide"/)
  await world.gate.result()
  const later = await browser.open(address)
  assert.match(later.text, /Promoted: this version serves/)
  assert.match(later.text, /better &amp; &lt;b&gt;safe&lt;\/b&gt;/)
  assert.doesNotMatch(later.text, /class="decide"/)
  const again = await browser.submit(page, '/releases/m/1', fields(page, 'approve'))
  assert.match(again.text, /ALREADY_DECIDED/)
})

test('signing out ends the session, and the next sign-in asks who it is', async () => {
  const browser = new Browser()
  const page = await signInAs(browser, address, 'viewer')
  await browser.submit(page, '/sign-out', { csrf: hidden(page, 'csrf') })
  const next = await browser.open(address)
  assert.match(next.text, /Who are you\?/)
})

test('an unknown release and an unknown page say so', async () => {
  const browser = new Browser()
  const page = await signInAs(browser, `${world.url}/releases/m/77`, 'viewer')
  assert.equal(page.status, 404)
  assert.match(page.text, /there is no release &quot;m\/77&quot;/)
  assert.equal((await browser.open(`${world.url}/nothing`)).status, 404)
})
