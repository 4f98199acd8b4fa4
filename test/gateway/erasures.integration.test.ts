import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runCli } from '../cli/run-cli.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'
import { heldAnywhere } from '../support/held-anywhere.ts'
import { scanWorker } from '../support/scan-worker.ts'

let world: GatewayWorld
const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends.toReversed()) await end()
})

before(async () => {
  world = await gatewayWorld()
  ends.push(() => world.close())
  const { db, environment } = world.gate
  await db.query(`
    insert into binnings (digest, model, binning) values ('b', 'm', '{}');
    insert into readings (id, model, topic, binning, definition) values ('r', 'm', 'm.predictions', 'b', '{}');
    insert into ledger_slices (reading, partition, from_offset, to_offset, good, bad, foreign_rows, lost, unread, predictions, prediction_rate)
      values ('r', 0, 0, 10, 10, 0, 0, 0, 0, 10, 1);
    select ensure_prediction_day('2026-03-02');
    insert into predictions (at, from_offset, "offset", score, reading, partition, id, version, digest)
      select '2026-03-02T14:05Z', 0, n, 0.5, number, 0, 'request/' || n, '7', '\\x00ff'
      from readings, generate_series(0, 9) n;
  `)
  ends.push(await scanWorker(environment.prefix, { db } as never))
})

async function cli(person: string, ...words: string[]) {
  const token = await world.identity.tokenOf(person)
  const environment = { DRIFTGATE_TOKEN: token }
  return runCli([...words, '--gateway', world.url], { environment, columns: 160 })
}

test('only who may erase, and not with the id as the reason', async () => {
  for (const person of ['viewer', 'operator', 'approver']) {
    const { status, err } = await cli(person, 'erase', 'm', 'request/3', '--reason', 'asked')
    assert.equal(status, 1, person)
    assert.match(err, /NOT_AUTHORISED.*the role eraser/)
  }
  const told = await cli('eraser', 'erase', 'm', 'request/3', '--reason', 'as of request/3')
  assert.match(told.err, /error\[ERASURE_REASON\]/)
  assert.equal((await cli('eraser', 'erase', 'm', 'request/3')).status, 2)
  assert.equal((await heldAnywhere(world.gate.db, 'request/3')).length, 1)
})

test('a dry run tells what would go, and leaves nothing on record', async () => {
  const words = ['erase', 'm', 'request/3', '--reason', 'request 12', '--dry-run']
  const { status, out, err } = await cli('eraser', ...words)
  assert.equal(status, 0, err)
  assert.equal(
    out,
    [
      'nothing was erased: this is what would go',
      '1  rows of predictions',
      'not touched: the log itself (m.predictions), and files of training jobs',
      '',
    ].join('\n'),
  )
  const { body } = await world.ask('viewer', 'models/m/erasures')
  assert.deepEqual(body.erasures, [])
})

test('what was erased is told of no more but by its record, and erasing it again finds nothing', async () => {
  const { status, out, err } = await cli(
    'eraser',
    'erase',
    'm',
    'request/3',
    '--reason',
    'request 12',
  )
  assert.equal(status, 0, err)
  assert.match(
    out,
    /^erased, number 1 on record \(sha256 [0-9a-f]{16}\.\.\.\)\n1 {2}rows of predictions/,
  )
  assert.deepEqual(await heldAnywhere(world.gate.db, 'request/3'), [])
  const trace = await cli('viewer', 'trace', 'm', 'request/3')
  assert.match(
    trace.err,
    /error\[PREDICTION_UNKNOWN\].*it was erased on \d{4}-\d\d-\d\d, by erasure 1/,
  )
  const again = await cli('eraser', 'erase', 'm', 'request/3', '--reason', 'once more')
  assert.match(again.out, /^erased, number 2 on record.*\nnothing is kept under this id/)
  const { body } = await world.ask('viewer', 'models/m/erasures')
  assert.deepEqual(
    body.erasures.map(({ number, person, reason, removed }: Record<string, unknown>) => [
      ...[number, person, reason, removed],
    ]),
    [
      [2, 'Eraser', 'once more', []],
      [1, 'Eraser', 'request 12', [{ place: 'predictions', rows: 1 }]],
    ],
  )
  assert.equal((await world.ask('viewer', 'models/m/erasures/9')).status, 404)
})
