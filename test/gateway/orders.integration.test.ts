import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { allTo, sameTraffic } from '../../contracts/traffic.ts'
import { runCli } from '../cli/run-cli.ts'
import { Browser, hidden, signInAs } from '../support/browser.ts'
import { until } from '../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { trafficNow } from '../support/step-target.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-orders-'))
const steps = [{ share: 10, for: '1h' }]
let world: GatewayWorld
before(async () => {
  const rollout = { steps, look: '1s' }
  world = await gatewayWorld({ rollout, versions: join(folder, 'versions') })
  await world.gate.open()
})
after(async () => {
  await world?.close()
  rmSync(folder, { recursive: true })
})

const as = async (person: string, ...words: string[]) =>
  runCli([...words, '--gateway', world.url], {
    folder,
    environment: { DRIFTGATE_TOKEN: await world.identity.tokenOf(person) },
  })

test('people are shown the steps before they approve, and each of them as it is reached', async () => {
  const waiting = await signInAs(new Browser(), `${world.url}/releases/m/1`, 'viewer')
  assert.match(waiting.text, /Traffic moves in steps, each of which must be healthy/)
  assert.match(waiting.text, /10 % of the requests, for 1h/)
  assert.equal((await as('approver', 'approve', 'm/1', '--reason', 'seen')).status, 0)
  await until(async () => (await trafficNow(world.gate.db)).canary?.percent === 10)
  await until(async () => {
    const { out, status } = await as('viewer', 'release', 'status', 'm/1')
    assert.equal(status, 8, 'it is under way')
    return /now|running/.test(out) && /moved: version 1, 10 % to version 2/.test(out)
  })
})

test('an order needs a reason and the right to give it; its page and the terminal do the same', async () => {
  const silent = await as('approver', 'release', 'pause', 'm/1')
  assert.equal(silent.status, 2)
  assert.match(silent.err, /an order needs a reason/)
  const refused = await as('viewer', 'release', 'abort', 'm/1', '--reason', 'I want to')
  assert.deepEqual([refused.status, /NOT_AUTHORISED/.test(refused.out)], [1, true])
  const paused = await as('approver', 'release', 'pause', 'm/1', '--reason', 'it is late')
  assert.deepEqual([paused.status, /^PAUSED/.test(paused.out)], [0, true])
  const browser = new Browser()
  const page = await signInAs(browser, `${world.url}/releases/m/1`, 'approver')
  assert.match(page.text, /paused by Approver: it is late/)
  const csrf = hidden(page, 'csrf')
  const order = { csrf, command: 'abort', reason: 'customers complain' }
  const done = await browser.submit(page, '/releases/m/1/order', order)
  assert.match(done.text, /ABORTED/)
  await until(async () => (await findRelease(world.gate.db, 'm/1'))?.state === 'rolled-back')
  assert.ok(sameTraffic(await trafficNow(world.gate.db), allTo('1')))
  const late = await as('approver', 'release', 'abort', 'm/1', '--reason', 'again')
  assert.deepEqual([late.status, /NOT_NOW/.test(late.out)], [1, true])
  const status = await as('viewer', 'release', 'status', 'm/1', '--output', 'json')
  assert.equal(status.status, 1, 'it ended otherwise than promoted')
  const { schema, state, rollout } = JSON.parse(status.out)
  assert.deepEqual([schema, state], ['driftgate-release/1', 'rolled-back'])
  assert.match(rollout.sentence, /goes back: abort by Approver: customers complain/)
})

test('what was rolled back is asked for once more by an operator', async () => {
  const no = await as('viewer', 'release', 'reinstate', 'm/1', '--reason', 'it was right')
  assert.match(no.err, /NOT_AUTHORISED/)
  await until(async () => {
    const again = await as('operator', 'release', 'reinstate', 'm/1', '--reason', 'it was right')
    return again.status === 0
  })
  await until(async () => (await findRelease(world.gate.db, 'm/2'))?.state === 'waiting')
  const page = await signInAs(new Browser(), `${world.url}/releases/m/2`, 'viewer')
  assert.match(page.text, /it was released as m\/1 and taken back: abort by Approver/)
})
