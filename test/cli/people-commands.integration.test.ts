import assert from 'node:assert/strict'
import { exec } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { Browser, hidden } from '../support/browser.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { servers } from '../support/servers.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-people-'))
let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ requestedBy: ['other-approver'] })
  await world.gate.open()
})
after(async () => {
  await world?.close()
  rmSync(folder, { recursive: true })
})

const cli = (...words: string[]) =>
  runCli([...words, '--gateway', world.url], {
    folder,
    environment: { PATH: dirname(servers().temporalCli) },
  })

test('nobody is signed in at first: exit status 4', async () => {
  const run = await cli('gate')
  assert.equal(run.status, 4)
  assert.match(run.err, /error\[NOT_SIGNED_IN\]: you are not signed in/)
  const as = await cli('approve', 'm/1', '--as', 'approver')
  assert.equal(as.status, 4)
  assert.match(as.err, /not signed in as approver/)
})

test('a sign-in by device waits until somebody has typed the code in a browser', async () => {
  let err = ''
  const signal = new AbortController().signal
  const { main } = await import('../../cli/main.ts')
  const done = main(['login', '--gateway', world.url], {
    stdout: { write: () => true },
    stderr: { write: (text: string) => (err += text) },
    stdinIsTerminal: false,
    environment: {},
    folder,
    signal,
  })
  await until(async () => /open {2}\S+/.test(err))
  const browser = new Browser()
  const confirm = await browser.open(/open {2}(\S+)/.exec(err)![1]!)
  const code = /code {2}(\S+)/.exec(err)![1]!
  // The address carries the code: its page sends it by itself where scripts run.
  const asked = confirm.text.includes('op.deviceConfirmForm')
    ? confirm
    : await browser.submit(confirm, '/device', {
        xsrf: hidden(confirm, 'xsrf'),
        user_code: code,
      })
  assert.match(asked.text, /Does the terminal show/)
  const choose = await browser.submit(asked, '/device', {
    xsrf: hidden(asked, 'xsrf'),
    user_code: code,
    confirm: 'yes',
  })
  assert.match(choose.text, /Who are you\?/)
  const signedIn = await browser.submit(choose, choose.url.pathname, { person: 'operator' })
  assert.match(signedIn.text, /The terminal goes on by itself/)
  assert.equal(await done, 0, err)
  const run = await cli('gate', '--as', 'operator')
  assert.equal(run.status, 8)
})

test('the local server signs in ready-made people without a browser, and no others', async () => {
  for (const person of ['viewer', 'other-approver', 'approver']) {
    const run = await cli('login', '--as', person)
    assert.equal(run.status, 0, run.err)
  }
  const unknown = await cli('login', '--as', 'nobody')
  assert.equal(unknown.status, 4)
  assert.match(unknown.err, /there is no such person here/)
})

test('what waits is listed with the ways to answer it: exit status 8', async () => {
  const run = await cli('gate')
  assert.equal(run.status, 8)
  assert.match(
    run.out,
    /m\/1 {2}⏸ waiting {2}for 1 person with the role approver, not other-approver/,
  )
  assert.match(run.out, /approve: driftgate approve --gateway \S+ m\/1 --reason/)
  const json = JSON.parse((await cli('gate', '--output', 'json')).out)
  assert.equal(json.schema, 'driftgate-releases/1')
})

test('a wrong person, a stale digest and an unknown release are answered by name', async () => {
  const viewer = await cli('approve', 'm/1', '--as', 'viewer')
  assert.equal(viewer.status, 1)
  assert.match(viewer.err, /error\[NOT_AUTHORISED\]/)
  const self = await cli('approve', 'm/1', '--as', 'other-approver')
  assert.equal(self.status, 1)
  assert.match(self.out, /SELF_APPROVAL: /)
  const stale = await cli('approve', 'm/1', '--digest', 'f'.repeat(64))
  assert.equal(stale.status, 1)
  assert.match(stale.out, /STALE_EVIDENCE: /)
  const unknown = await cli('reject', 'm/9', '--reason', 'x')
  assert.match(unknown.err, /error\[RELEASE_UNKNOWN\]/)
  const misspelt = await cli('approve', 'm')
  assert.equal(misspelt.status, 2)
})

test('the printed Signal runs as it stands, and decides', async () => {
  const printed = await cli('approve', 'm/1', '--reason', "it's better", '--print-signal')
  assert.equal(printed.status, 0, printed.err)
  assert.ok(printed.out.startsWith(servers().temporalCli), printed.out)
  await promisify(exec)(printed.out)
  assert.equal((await world.gate.result()).state, 'promoted')
  const { body } = await world.ask('viewer', 'releases/m/1')
  assert.equal(body.decisions.at(-1).outcome, 'APPROVED')
  assert.equal(body.decisions.at(-1).reason, "it's better")

  const late = await cli('approve', 'm/1', '--output', 'json')
  assert.equal(late.status, 1)
  assert.equal(JSON.parse(late.out).outcome, 'ALREADY_DECIDED')
  assert.equal((await cli('gate')).status, 0)
})
