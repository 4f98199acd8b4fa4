import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runCli } from '../cli/run-cli.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ workerless: true })
  await world.gate.db.query(`
    insert into binnings (digest, model, binning) values ('b', 'm', '{}');
    insert into readings (id, model, topic, binning, definition) values ('r', 'm', 'predictions', 'b', '{}');
    insert into ledger_slices (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread)
      values ('r', 0, 0, 10, 10, 0, 0, 0, 0);
    select ensure_prediction_day('2026-03-02');
    insert into predictions (at, from_offset, "offset", score, reading, partition, id, version, digest)
      select '2026-03-02T14:05Z', 0, n, 0.5, number, 0, 'request/' || n, '7', '\\x00ff'
      from readings, generate_series(0, 9) n;
  `)
})
after(() => world?.close())

test('a prediction is found by its id, slashes and all', async () => {
  const { status, body } = await world.ask('viewer', 'models/m/predictions?id=request%2F3')
  assert.equal(status, 200)
  const [row] = (body as { rows: { record: unknown; windows: unknown }[] }).rows
  assert.deepEqual(row?.record, { partition: 0, offset: '3', digest: '00ff' })
  assert.deepEqual(row?.windows, [])
})

test('one that is not kept is refused with what is kept', async () => {
  const token = await world.identity.tokenOf('viewer')
  const words = ['trace', 'm', 'request/10', '--gateway', world.url]
  const { status, err } = await runCli(words, { environment: { DRIFTGATE_TOKEN: token } })
  assert.equal(status, 2)
  assert.match(err, /error\[PREDICTION_UNKNOWN\].*"request\/10" of m is kept: /)
})

test('nobody who is not signed in, and no empty id', async () => {
  assert.equal((await world.ask(null, 'models/m/predictions?id=x')).status, 401)
  assert.equal((await world.ask('viewer', 'models/m/predictions?id=')).status, 400)
})
