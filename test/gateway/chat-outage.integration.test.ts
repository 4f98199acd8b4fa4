import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { type ChatGate, chatGate, olga, pavel } from '../support/chat-gate.ts'
import { gateWorker } from '../support/gate-worker.ts'
import { until } from '../support/gate-world.ts'
import { startTemporal } from '../support/local-temporal.ts'

const closing = new AsyncDisposableStack()
after(() => closing.disposeAsync())

const outcomesOf = async ({ world }: ChatGate) =>
  (await listDecisions(world.gate.db, 'm/1')).map(({ decision }) => decision.outcome)
const newest = ({ slack }: ChatGate) => [...slack.messages.values()].at(-1)
const workerOf = ({ world }: ChatGate) =>
  gateWorker({ ...world.gate.workerInput, publicKey: world.publicKey })

/** A gate whose workers the test starts and stops. */
async function open(options: Parameters<typeof chatGate>[0] = {}) {
  const gate = await chatGate({ ...options, workerless: true })
  closing.defer(() => gate.close())
  return gate
}

test('a click while Temporal is down is kept, told so, and applied when it is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-temporal-'))
  closing.defer(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'temporal.db')
  let temporal = await startTemporal({ file })
  closing.defer(() => temporal.kill())
  const gate = await open({ temporal: temporal.address })
  const first = await workerOf(gate)
  await gate.world.gate.opened()
  await gate.shows(/waiting for approval/)
  await first.stop()
  await temporal.kill()

  const { status } = await gate.people.press({ person: olga })
  assert.equal(status, 200)
  await gate.told(olga, /^Received, not yet applied: .*Temporal/i)
  assert.match(JSON.stringify(newest(gate)?.blocks), /⏳ recording Approver's approval/)
  assert.deepEqual(await outcomesOf(gate), [])

  temporal = await startTemporal({ file, port: Number(temporal.address.split(':')[1]) })
  const second = await workerOf(gate)
  closing.defer(() => second.stop())
  await gate.told(olga, /^APPROVED/)
  assert.deepEqual(await outcomesOf(gate), ['APPROVED'])
  await gate.shows(/approved and in place/)
})

test('a click that no worker takes is kept, and counts once when one comes', async () => {
  const gate = await open()
  const first = await workerOf(gate)
  await gate.world.gate.opened()
  await gate.shows(/waiting for approval/)
  const click = gate.people.payloadOf({ person: olga })
  await first.stop()
  await gate.people.send(click)
  await gate.told(olga, /^Received, not yet applied/)
  // The person presses again while nothing happens, as people do.
  await gate.people.send({ ...click, trigger_id: 'another' })
  const second = await workerOf(gate)
  closing.defer(() => second.stop())
  await gate.told(olga, /^APPROVED/)
  await gate.world.gate.result()
  // The second press may come before the release has ended: then it is told so, and on record.
  const [counted, ...others] = await outcomesOf(gate)
  assert.equal(counted, 'APPROVED')
  assert.ok(others.every((outcome) => outcome === 'ALREADY_DECIDED' || outcome === 'DUPLICATE'))
})

test('a gateway that ends after a click was kept leaves it to the next', async () => {
  const gate = await open()
  const worker = await workerOf(gate)
  closing.defer(() => worker.stop())
  await gate.world.gate.opened()
  await gate.shows(/waiting for approval/)
  await gate.people.press({ person: pavel, verb: 'reject' })
  await until(async () => gate.slack.views.length === 1)
  await gate.people.submit(pavel, 'not now')
  await gate.told(pavel, /^REJECTED/)
  // As if the process had died between keeping and applying: the lease runs out.
  await gate.world.gate.db.query(
    "update chat_answers set answered_at = null, told = null, not_before = now() - interval '1 minute'",
  )
  await until(async () => {
    const { rows } = await gate.world.gate.db.query('select told from chat_answers')
    return rows[0]?.told !== null
  })
  assert.deepEqual(
    (await outcomesOf(gate)).filter((each) => each === 'REJECTED'),
    ['REJECTED'],
  )
})

test('a chat that is slow, limits or refuses holds up no decision', async () => {
  const gate = await open()
  const worker = await workerOf(gate)
  closing.defer(() => worker.stop())
  await gate.world.gate.opened()
  await gate.shows(/waiting for approval/)
  gate.slack.mishaps.push('limited', 'answer lost', 'refused')
  await gate.people.press({ person: olga })
  await gate.told(olga, /^APPROVED/)
  await gate.world.gate.result()
  assert.deepEqual(await outcomesOf(gate), ['APPROVED'])
  gate.slack.mishaps.length = 0
})
