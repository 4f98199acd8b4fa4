import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ledgerAnswer } from '../../contracts/ledger.ts'
import { runCli } from '../cli/run-cli.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
before(async () => {
  world = await gatewayWorld({ workerless: true })
  await world.gate.db.query(`
    insert into binnings (digest, model, binning) values ('b', 'm', '{}');
    insert into readings (id, model, topic, binning, definition)
      values ('4f1d2a9c0b7e8d55', 'm', 'predictions', 'b', '{"format": "json"}');
    insert into ledger_heads (reading, partition, began, opened, head) values ('4f1d2a9c0b7e8d55', 0, 7, 7, 1230);
    insert into ledger_slices (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread)
      values ('4f1d2a9c0b7e8d55', 0, 7, 1007, 0, 0, 990, 10, 0), ('4f1d2a9c0b7e8d55', 0, 1007, 1230, 0, 0, 220, 0, 3);
  `)
})
after(() => world?.close())

const cli = async (...words: string[]) => {
  const token = await world.identity.tokenOf('viewer')
  return runCli([...words, '--gateway', world.url], { environment: { DRIFTGATE_TOKEN: token } })
}

test('the ledger of a model lists partitions and slices, and is proved', async () => {
  const { status, out, err } = await cli('ledger', 'm')
  assert.equal(status, 0, err)
  const lines = out.split('\n').map((line) => line.replace(/ +/g, ' '))
  assert.match(
    lines[0] ?? '',
    /^reading 4f1d2a9c0b7e8d55 of predictions \(json\), in force, since /,
  )
  assert.ok(lines.includes('0 7 1,230 2 0 0 1,210 10 3'), out)
  assert.ok(lines.includes('all 2 0 0 1,210 10 3'), out)
  assert.match(out, /^0 +1,007 +1,230 +0 +0 +220 +0 +3 +20\d\d-/m)
  assert.match(out, /proved: every offset was passed once/)
  const short = await cli('ledger', 'm', '--slices', '1', '--output', 'json')
  const answer = ledgerAnswer.parse(JSON.parse(short.out))
  assert.deepEqual(
    [answer.proved, answer.readings[0]?.slices.map(({ from }) => from)],
    [true, ['1007']],
  )
})

test('a ledger with a gap fails with a code, after the table', async () => {
  await world.gate.db.query('update ledger_heads set head = 1300')
  const { status, out, err } = await cli('ledger', 'm')
  await world.gate.db.query('update ledger_heads set head = 1230')
  assert.equal(status, 1)
  assert.match(out, /no slice leads from 1,230 to 1,300/)
  assert.match(err, /error\[LEDGER_BROKEN\].*partition 0, offset 1,300/)
})

test('an unknown model, too many slices, and nobody signed in are refused', async () => {
  assert.equal((await world.ask('viewer', 'models/none/ledger')).body.code, 'MODEL_UNKNOWN')
  assert.equal((await world.ask('viewer', 'models/m/ledger?slices=-1')).status, 400)
  assert.equal((await world.ask(null, 'models/m/ledger')).status, 401)
})
