import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'puppeteer-core'
import type { ChatChannel, Posting } from '../../../adapters/chat/chat-channel.ts'
import { openChannel } from '../../../adapters/chat/index.ts'
import { pngOf } from '../../../adapters/pictures/png.ts'
import type { Card } from '../../../contracts/card.ts'
import { freePort } from '../../../deploy/local/free-port.ts'
import type { MatrixUser } from '../../../examples/demo/matrix-user.ts'
import { incidentCard } from '../../../reports/incident-card.ts'
import { releaseCard } from '../../../reports/release-card.ts'
import { reportSvg } from '../../../reports/report-svg.ts'
import { driftReport, past } from '../../reports/examples.ts'
import { whyOf } from '../../reports/why-examples.ts'
import { type Chromium, overflowOf, startChromium } from '../../support/chromium.ts'
import { until } from '../../support/gate-world.ts'
import { type MatrixServer, matrixServer } from '../../support/matrix-server.ts'

/** Where to put pictures of the page, for whoever wants to look at it; nowhere unless said. */
const picturesFolder = process.env['PAGE_PICTURES']

let server: MatrixServer
let chromium: Chromium
let channel: ChatChannel
let room: string
let approver: MatrixUser
let url: string
const cleanUps: (() => unknown)[] = []

const frame = { environment: 'test', link: 'https://gateway.example/incidents/x' }
const request = releaseCard({
  view: past.releases[0]!,
  ...{ incidents: [], ending: '', environment: 'test', link: frame.link },
})
const incident = incidentCard({
  ...{ incident: past.incidents[0]!, report: driftReport, judged: null },
  why: whyOf({ report: driftReport }),
  ...{ owners: [], escalation: null, ...frame },
})
const open: Card = {
  ...incident,
  state: 'open',
  picture: { alt: 'car_value drifted: effect 0.92 > 0.10', link: frame.link },
  actions: (['acknowledge', 'retrain', 'absorb'] as const).map((verb) => ({
    ...{ verb, subject: incident.subject.id, digest: 'sha256:d', confirm: null },
  })),
}
const postingOf = (key: string, card: Card, more: Partial<Posting> = {}): Posting => ({
  ...{ key, card, revision: 1, attemptedAt: null, ...more },
})

before(async () => {
  server = await matrixServer()
  approver = await server.signIn('approver')
  room = await server.room(approver)
  const settings = {
    ...{ kind: 'matrix' as const, homeserver: server.url, room },
    ...{ token: { env: 'X' }, pushToken: { env: 'Y' }, links: 'https://matrix.to/#/' },
  }
  const chat = { team: settings }
  channel = openChannel('team', { chat, environment: 'test' }, () => server.bot.token)!
  const port = await freePort()
  const main = new URL('../../../examples/chat-page/main.ts', import.meta.url)
  const child = spawn(
    process.execPath,
    [main.pathname, '--port', `${port}`, '--homeserver', server.url],
    { stdio: 'inherit' },
  )
  cleanUps.push(async () => {
    child.kill()
    await once(child, 'exit')
  })
  url = `http://127.0.0.1:${port}/`
  await until(async () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  chromium = await startChromium()
})
after(async () => {
  await chromium?.close()
  for (const cleanUp of cleanUps) await cleanUp()
  await server?.close()
})

/** Signs in as a person does, with the keyboard alone. */
async function signIn(
  person: string,
  look: { width: number; colors: 'light' | 'dark' },
): Promise<Page> {
  const page = await chromium.open(`${url}#${person}`, look)
  await page.waitForFunction('document.activeElement?.id === "password"')
  await page.keyboard.type(server.passwordOf(person))
  await page.keyboard.press('Enter')
  await page.waitForFunction('!document.getElementById("chat").hidden')
  return page
}

const picture = async (page: Page, name: string): Promise<void> => {
  if (!picturesFolder) return
  await page.screenshot({ path: join(picturesFolder, `${name}.png`), fullPage: true })
}

const says = (page: Page, text: string) =>
  page.waitForFunction(
    `document.getElementById('messages').textContent.includes(${JSON.stringify(text)})`,
  )

const reactionsTo = async (event: string): Promise<string[]> => {
  const path = `v1/rooms/${encodeURIComponent(room)}/relations/${encodeURIComponent(event)}/m.annotation`
  const { chunk } = await approver.call('GET', path)
  return chunk.map(
    ({ sender, content }: { sender: string; content: { 'm.relates_to': { key: string } } }) =>
      `${sender} ${content['m.relates_to'].key}`,
  )
}

test('a request is shown with its buttons, and pressing one is a reaction of that person', async () => {
  const event = await channel.post(postingOf('request', request))
  const page = await signIn('approver', { width: 1000, colors: 'light' })
  await says(page, 'waiting for approval')
  await picture(page, 'request-1000-light')
  await page.click('button[aria-label^="Approve"]')
  await page.waitForSelector('button[aria-label$=", pressed"]:disabled')
  assert.deepEqual(await reactionsTo(event), [`${approver.user} ✅`])
  assert.equal(await overflowOf(page), 0)
  await channel.update(event, postingOf('request', { ...request, state: 'promoted', actions: [] }))
  await page.waitForFunction('document.querySelector(".card.promoted") !== null')
  assert.equal((await page.$$('button[aria-label^="Approve"]')).length, 0)
})

test('an incident has its picture with words, is acknowledged by a button, and asks why where a reason is needed', async () => {
  const png = await pngOf(reportSvg(driftReport, 2))
  const given = await channel.upload!({ png, alt: 'x', name: 'x.png' })
  const event = await channel.post(postingOf('incident', open, { picture: given }))
  const page = await signIn('approver', { width: 380, colors: 'dark' })
  await says(page, 'drift')
  const image = await page.waitForSelector('.picture img')
  await page.waitForFunction('document.querySelector(".picture img").naturalWidth > 0')
  assert.equal(
    await image?.evaluate((element) => (element as { alt?: string }).alt),
    open.picture!.alt,
  )
  assert.equal(await overflowOf(page), 0)
  await picture(page, 'incident-380-dark')
  await page.click('button[aria-label^="Acknowledge"]')
  await until(async () => (await reactionsTo(event)).length === 1)
  assert.deepEqual(await reactionsTo(event), [`${approver.user} 👀`])
  await page.click('button[aria-label^="Retrain"]')
  await page.waitForFunction('document.activeElement?.id === "text"')
  await page.keyboard.type('new prices since Monday')
  await page.keyboard.press('Enter')
  const typed = /^retrain [0-9a-f]{8} new prices since Monday$/
  await until(async () => (await approver.messages(room)).some(({ body }) => typed.test(body)))
})

test('the page in the other width and colours, and what it complained about: nothing', async () => {
  const page = await signIn('approver', { width: 1000, colors: 'light' })
  await page.waitForFunction('document.querySelector(".picture img")?.naturalWidth > 0')
  await picture(page, 'incident-1000-light')
  const small = await signIn('approver', { width: 380, colors: 'dark' })
  await says(small, 'drift')
  assert.equal(await overflowOf(small), 0)
  assert.deepEqual(chromium.complaints, [])
})
