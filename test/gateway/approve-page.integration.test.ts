import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'puppeteer-core'
import { type Chromium, overflowOf, startChromium } from '../support/chromium.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

/** Where to put pictures of the page, for whoever wants to look at it; nowhere unless said. */
const picturesFolder = process.env['PAGE_PICTURES']

/** More presses of Tab than the page has places. */
const mostPresses = 60

let world: GatewayWorld
let chromium: Chromium
before(async () => {
  world = await gatewayWorld({ approval: { required: 2 } })
  await world.gate.open()
  chromium = await startChromium()
})
after(async () => {
  await chromium?.close()
  await world?.close()
})

async function openAs(person: string, look: Parameters<Chromium['open']>[1]): Promise<Page> {
  const page = await chromium.open(`${world.url}/releases/m/1`, look)
  await page.click(`button[value="${person}"]`)
  await page.waitForSelector('form.decide')
  if (picturesFolder) {
    const path = join(picturesFolder, `approve-${look.width}-${look.colors}.png`)
    await page.screenshot({ path, fullPage: true })
  }
  return page
}

/** Presses Tab until the place is reached, and holds that people see where they are. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let press = 0; press < mostPresses; press++) {
    await page.keyboard.press('Tab')
    const isThere = await page.evaluate(
      `document.activeElement.matches(${JSON.stringify(selector)})`,
    )
    if (!isThere) continue
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    assert.notEqual(outline, 'none', `${selector} shows that it is chosen`)
    return
  }
  assert.fail(`no press of Tab comes to ${selector}`)
}

async function approveByKeyboard(page: Page, reason: string): Promise<string> {
  await tabTo(page, '#reason')
  await page.keyboard.type(reason)
  await tabTo(page, 'button.approve')
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  return (await page.evaluate('document.body.innerText')) as string
}

const brightness = async (page: Page): Promise<number> => {
  const color = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
  const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map(Number)
  return (red + green + blue) / 3
}

test('two people approve by keyboard alone, one on a small dark screen, one on a large light one', async () => {
  const small = await openAs('approver', { width: 380, colors: 'dark' })
  assert.equal(await overflowOf(small), 0)
  assert.ok((await brightness(small)) < 60, 'dark')
  const first = await approveByKeyboard(small, 'better on what came last')
  assert.match(first, /ACCEPTED_PENDING_QUORUM/)

  const large = await openAs('other-approver', { width: 1000, colors: 'light' })
  assert.equal(await overflowOf(large), 0)
  assert.ok((await brightness(large)) > 200, 'light')
  // Whoever comes second sees the first, and why.
  assert.match(String(await large.evaluate('document.body.innerText')), /better on what came last/)
  const labels = (await large.evaluate(
    `[...document.querySelectorAll('[role="img"]')].map((each) => each.getAttribute('aria-label') ?? each.querySelector('title')?.textContent ?? '')`,
  )) as string[]
  assert.ok(labels.length > 0 && labels.every((label) => /\d/.test(label)), labels.join('; '))
  assert.match(await approveByKeyboard(large, 'so do I'), /APPROVED/)
  assert.equal((await world.gate.result()).state, 'promoted')
  assert.deepEqual(chromium.complaints, [])
})
