import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { advanceLedger } from '../../activities/advance-ledger.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { repairLedger } from '../../activities/repair-ledger.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import { headsOf } from '../../adapters/postgres/ledger.ts'
import { openSchemas } from '../../adapters/schemas/index.ts'
import type { SchemaRegistry } from '../../adapters/schemas/schema-registry.ts'
import {
  avroRecord,
  avroSchema,
  framed,
  protobufRecord,
  protobufSchema,
} from '../formats/registered.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { hourMs, origin, scanWorld, scheduledAfter, values } from '../support/scan-world.ts'
import { type TestRegistry, testRegistry } from '../support/schema-registry.ts'

let server: TestRegistry
const worlds: Awaited<ReturnType<typeof scanWorld>>[] = []
before(async () => {
  server = await testRegistry()
})
after(async () => {
  for (const world of worlds) await world.close()
  await server.close()
})

const registry = () => openSchemas({ kind: 'confluent', url: server.url }, { password: null })

async function worldOf(log: object, schemas: SchemaRegistry | null = registry()) {
  const world = await scanWorld({
    log: log as Record<string, unknown>,
    ...(schemas && { schemas }),
  })
  worlds.push(world)
  return world
}

const first = {
  ...{ type: 'record', name: 'Prediction', namespace: 'shop' },
  fields: [
    { name: 'id', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'model', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'amount', type: ['null', 'double'], default: null },
    { name: 'score', type: 'double' },
  ],
}
const second = {
  ...first,
  fields: [...first.fields, { name: 'plan', type: 'string', default: 'basic' }],
}

/** Rows of one day; `shift` moves the amount. */
function rowsOf(index: number, count: number, shift = 0, seed = index) {
  const next = mulberry32(seed + 100)
  return Array.from({ length: count }, (_, i) => {
    const [amount, plan, score] = values(next, shift)
    const time = origin + index * 24 * hourMs + Math.floor((i / count) * 24 * hourMs)
    return { id: `d${index}-${i}`, time, model: 'm', version: '1', amount, plan, score }
  })
}

async function scan(deps: ScanDeps, index: number) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  for (const { partition, cut } of plan.partitions) {
    await advanceLedger(deps, { model: 'm', reading: plan.reading, partition, to: cut })
  }
  return { plan, report: await judgeWindow(deps, plan) }
}

const alternating = (records: readonly Buffer[]) =>
  records.map((value, i) => ({ value, partition: i % 2 }))

test('a log in Avro is scanned: quiet stays quiet, drift is drift, and its schema may change meanwhile', async () => {
  const ids = [await server.register('a-value', first), await server.register('a-value', second)]
  const [old, recent] = [avroSchema(ids[0] as number, first), avroSchema(ids[1] as number, second)]
  // Read as the second schema, so that rows of the first have a plan too.
  const options = { readerSchema: ids[1], record: 'shop.Prediction' }
  const { deps, send } = await worldOf({
    ...{ format: 'avro', paths: { features: '' }, options },
  })
  const other = { type: 'record', name: 'shop.Click', fields: [{ name: 'id', type: 'string' }] }
  const click = avroSchema(await server.register('click-value', other), other)
  await send(
    alternating([
      ...rowsOf(0, 400).map((row) => avroRecord(old, row)),
      ...rowsOf(0, 800)
        .slice(400)
        .map((row) => avroRecord(recent, row)),
      ...[1, 2, 3].map((id) => avroRecord(click, { id: String(id) })),
    ]),
  )
  const quiet = await scan(deps, 0)
  const { good, bad, foreign } = quiet.report.rows
  assert.deepEqual([good, bad, foreign], [800, 0, 3])
  const plans = quiet.report.features.find(({ feature }) => feature === 'plan')
  assert.ok(plans !== undefined, 'the default of the reader is counted')
  await send(alternating(rowsOf(1, 1_000, 1).map((row) => avroRecord(recent, row))))
  const shifted = await scan(deps, 1)
  assert.equal(shifted.report.verdict, 'DRIFT')
  assert.equal(shifted.report.features[0]?.feature, 'amount')
})

test('a log in Protobuf is scanned', async () => {
  const text = `syntax = "proto3"; package shop; import "google/protobuf/timestamp.proto";
    message Click { string id = 1; }
    message Prediction {
      string id = 1; google.protobuf.Timestamp time = 2; string model = 3; string version = 4;
      double amount = 5; string plan = 6; double score = 7;
    }`
  const id = await server.register('p-value', text, { schemaType: 'PROTOBUF' })
  const schema = protobufSchema(id, text)
  const { deps, send } = await worldOf({ format: 'protobuf', paths: { features: '' } })
  const records = rowsOf(0, 1_500).map((row) =>
    protobufRecord(
      schema,
      'shop.Prediction',
      { ...row, time: { seconds: Math.floor(row.time / 1_000), nanos: (row.time % 1_000) * 1e6 } },
      Buffer.from([2, 2]),
    ),
  )
  await send(alternating(records))
  const { report } = await scan(deps, 0)
  assert.equal(report.verdict, 'NO_DRIFT')
  assert.equal(report.rows.good, 1_500)
})

test('a schema that the registry does not know is a dead letter, and read again once it does', async () => {
  let known = false
  const real = registry()
  const id = await server.register('late-value', second)
  const late: SchemaRegistry = {
    ...real,
    schema: async (asked) => (known ? real.schema(asked) : null),
  }
  const { deps, send, database } = await worldOf({ format: 'avro', paths: { features: '' } }, late)
  await send(alternating(rowsOf(0, 600).map((row) => avroRecord(avroSchema(id, second), row))))
  await send([{ value: Buffer.from('{"id":1}'), partition: 0 }])
  const { plan, report } = await scan(deps, 0)
  assert.deepEqual([report.rows.good, report.rows.bad], [0, 601])
  const { rows } = await database.pool.query(
    'select reason, count(*)::int as letters from dead_letters group by reason order by letters desc',
  )
  assert.deepEqual(rows, [
    { reason: `it names the schema ${id}, which the registry does not know`, letters: 600 },
    { reason: 'it does not begin with a zero byte and the id of a schema', letters: 1 },
  ])
  known = true
  const again = await repairLedger(deps, { model: 'm', reading: plan.reading })
  assert.deepEqual([again.good, again.bad], [600, 1])
})

test('a registry that is away stops the scan where it is, with no dead letter, until it is back', async () => {
  let away = true
  const real = registry()
  const id = await server.register('away-value', second)
  const nowhere = openSchemas({ kind: 'confluent', url: 'http://127.0.0.1:1' }, { password: null })
  const shaky: SchemaRegistry = {
    ...real,
    schema: (asked) => (away ? nowhere.schema(asked) : real.schema(asked)),
  }
  const { deps, send, database } = await worldOf({ format: 'avro', paths: { features: '' } }, shaky)
  await send(alternating(rowsOf(0, 600).map((row) => avroRecord(avroSchema(id, second), row))))
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(0) })
  const input = {
    model: 'm',
    reading: plan.reading,
    partition: 0,
    to: plan.partitions[0]?.cut ?? '',
  }
  await assert.rejects(advanceLedger(deps, input), { code: 'SCHEMAS_UNREACHABLE' })
  assert.equal((await headsOf(database.pool, plan.reading)).get(0), 0n)
  const { rows } = await database.pool.query('select count(*)::int as letters from dead_letters')
  assert.equal(rows[0].letters, 0)
  away = false
  assert.equal((await advanceLedger(deps, input)).good, 300)
})

test('a log in Avro without a registry, or with one that lacks the schema of the reader, is told at once', async () => {
  const log = { format: 'avro', paths: { features: '' }, options: { readerSchema: 999_999 } }
  for (const [schemas, code] of [
    [null, 'SCHEMAS_NOT_CONFIGURED'],
    [registry(), 'SCHEMA_UNKNOWN'],
  ] as const) {
    const { deps, send } = await worldOf(log, schemas)
    await send([{ value: framed(1, Buffer.alloc(3)), partition: 0 }])
    await assert.rejects(scan(deps, 0), { code })
  }
})
