import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { Browser, hidden, signInAs } from '../support/browser.ts'
import { overflowOf, startChromium } from '../support/chromium.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

/** Where to put pictures of the page, for whoever wants to look at it; nowhere unless said. */
const picturesFolder = process.env['PAGE_PICTURES']

let world: GatewayWorld
let address: string
before(async () => {
  const freeze = [{ from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z', reason: 'audit' }]
  world = await gatewayWorld({ approval: { freeze } })
  await world.gate.open()
  const { evidenceDigest: digest } = (await findRelease(world.gate.db, 'm/1'))!
  const body = { answer: 'approve', digest, reason: 'seen' }
  await world.ask('approver', 'releases/m/1/decisions', { method: 'POST', body })
  await until(async () => (await findRelease(world.gate.db, 'm/1'))?.reason !== '')
  address = `${world.url}/releases/m/1`
})
after(() => world?.close())

test('who may not answer sees that it can be withdrawn, and why not by them', async () => {
  const page = await signInAs(new Browser(), address, 'viewer')
  assert.match(page.text, /frozen until 2099-01-01.*it moves afterwards, unless it is withdrawn/)
  assert.match(page.text, /Only someone with the role approver may answer/)
  assert.match(page.text, /value="reject" disabled/)
})

test('the page waits for whoever types, in both looks', async () => {
  const chromium = await startChromium()
  try {
    for (const [width, colors] of [
      [1000, 'light'],
      [380, 'dark'],
    ] as const) {
      const page = await chromium.open(address, { width, colors })
      await page.click('button[value="approver"]')
      await page.waitForSelector('form.decide')
      assert.equal(await page.$('meta[http-equiv="refresh"]'), null)
      assert.equal(await overflowOf(page), 0)
      if (picturesFolder) {
        const path = join(picturesFolder, `withdraw-${width}-${colors}.png`)
        await page.screenshot({ path, fullPage: true })
      }
    }
    assert.deepEqual(chromium.complaints, [])
  } finally {
    await chromium.close()
  }
})

test('an approver withdraws it with a reason; without one nothing happens', async () => {
  const browser = new Browser()
  const page = await signInAs(browser, address, 'other-approver')
  const form = { csrf: hidden(page, 'csrf'), digest: hidden(page, 'digest'), answer: 'reject' }
  const empty = await browser.submit(page, '/releases/m/1', { ...form, reason: '' })
  assert.match(empty.text, /REQUEST_INVALID/)
  const done = await browser.submit(page, '/releases/m/1', { ...form, reason: 'not before audit' })
  assert.match(done.text, /<strong>WITHDRAWN<\/strong>: Other Approver withdrew m\/1/)
  assert.equal((await world.gate.result()).state, 'rejected')
  const ended = await browser.open(address)
  assert.match(ended.text, /withdrawn by Other Approver/)
  assert.doesNotMatch(ended.text, /Withdraw it/)
  const late = await world.ask('approver', 'releases/m/1/decisions', {
    method: 'POST',
    body: { answer: 'approve', digest: form.digest, reason: 'too late' },
  })
  assert.equal(late.body.outcome, 'ALREADY_DECIDED')
  assert.match(late.body.sentence, /^Other Approver already withdrew it at/)
})
