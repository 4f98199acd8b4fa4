import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { deflateRawSync, zstdCompressSync } from 'node:zlib'
import { snappyCompress } from '@platformatic/wasm-utils'
import avsc from 'avsc/lib/types.js'
import { backtestResult } from '../../contracts/backtest.ts'
import { avroRecord, avroSchema, protobufRecord, protobufSchema } from '../formats/registered.ts'
import { configurationOfM } from '../support/configuration-of-m.ts'
import { day } from '../support/scan-world.ts'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-values-'))
after(() => rmSync(folder, { recursive: true }))

const schema = avroSchema(7, {
  ...{ type: 'record', name: 'Prediction' },
  fields: [
    { name: 'id', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'version', type: 'string' },
    {
      name: 'features',
      type: {
        ...{ type: 'record', name: 'Features' },
        fields: [
          { name: 'amount', type: ['null', 'double'] },
          { name: 'plan', type: 'string' },
        ],
      },
    },
    { name: 'score', type: 'double' },
  ],
})
const message = protobufSchema(
  9,
  `syntax = "proto3"; message Features { double amount = 1; string plan = 2; }
   message Prediction { string id = 1; int64 time = 2; string version = 3; Features features = 4; double score = 5; }`,
)

/** `registry`: its port; nobody answers unless one is given. */
const configuration = (log: string, registry = 1) =>
  `schemas: { url: 'http://127.0.0.1:${registry}' }\n${configurationOfM(log)}`

const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text)
const rows = Array.from({ length: 12 }, (_, i) => day(i, 300, { shift: i >= 10 ? 1 : 0 }))
  .flat()
  .map(({ value }) => {
    const { id, time, version, features, score } = JSON.parse(value)
    return { id, time: Date.parse(time), version, features, score }
  })
const lines = (values: readonly Buffer[]) =>
  values
    .map((value, offset) =>
      JSON.stringify({ partition: 0, offset, value: value.toString('base64') }),
    )
    .join('\n')

async function replayed(config: string, log: string, ...words: string[]) {
  const { status, out, err } = await runCli(
    ['backtest', 'm', '--config', config, '--log', log, ...words, '--output', 'json'],
    { folder },
  )
  if (status !== 10 && status !== 0) return err
  return backtestResult.parse(JSON.parse(out)).configurations[0]!.windows
}

let wanted: Awaited<ReturnType<typeof replayed>>
before(async () => {
  write(
    'flat.jsonl',
    rows
      .map((row) => JSON.stringify({ ...row, time: new Date(row.time).toISOString() }))
      .join('\n'),
  )
  write('json.yaml', configuration(''))
  write('avro.yaml', configuration(', format: avro'))
  write('protobuf.yaml', configuration(', format: protobuf'))
  write('values.jsonl', lines(rows.map((row) => avroRecord(schema, row))))
  write(
    'messages.jsonl',
    lines(rows.map((row) => protobufRecord(message, 'Prediction', row, Buffer.from([2, 2])))),
  )
  write('prediction.avsc', schema.text)
  write('prediction.proto', message.text)
  wanted = await replayed('json.yaml', 'flat.jsonl')
  assert.equal(typeof wanted, 'object')
})

test('values of Avro and of Protobuf under a schema file are replayed as the same rows in JSON', async () => {
  assert.deepEqual(
    await replayed('avro.yaml', 'values.jsonl', '--schema', 'prediction.avsc'),
    wanted,
  )
  assert.deepEqual(
    await replayed('protobuf.yaml', 'messages.jsonl', '--schema', 'prediction.proto'),
    wanted,
  )
})

test('their schemas come from the registry that the configuration names', async () => {
  const asked: string[] = []
  const registry = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'application/vnd.schemaregistry.v1+json')
    response.end(JSON.stringify({ schema: schema.text }))
  })
  await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done))
  try {
    const { port } = registry.address() as AddressInfo
    write('registry.yaml', configuration(', format: avro', port))
    assert.deepEqual(await replayed('registry.yaml', 'values.jsonl'), wanted)
    assert.deepEqual(asked, ['/schemas/ids/7'])
  } finally {
    registry.close()
  }
})

describe('an Avro container file', () => {
  const sync = Buffer.alloc(16, 5)
  const long = (value: number) => avsc.Type.forSchema('long').toBuffer(value)
  const bytes = (value: Buffer | string) => {
    const found = Buffer.from(value as string)
    return Buffer.concat([long(found.length), found])
  }
  const crc = Buffer.alloc(4)
  const codecs = {
    null: (block: Buffer) => block,
    deflate: (block: Buffer) => deflateRawSync(block),
    zstandard: (block: Buffer) => zstdCompressSync(block),
    snappy: (block: Buffer) => Buffer.concat([snappyCompress(block), crc]),
  }
  const type = avsc.Type.forSchema(JSON.parse(schema.text))

  function container(codec: string, pack: (block: Buffer) => Buffer): Buffer {
    const head = [bytes('avro.schema'), bytes(schema.text), bytes('avro.codec'), bytes(codec)]
    const blocks = Array.from({ length: Math.ceil(rows.length / 500) }, (_, i) => {
      const some = rows.slice(i * 500, i * 500 + 500)
      const block = pack(Buffer.concat(some.map((row) => type.toBuffer(row))))
      return [long(some.length), long(block.length), block, sync]
    })
    return Buffer.concat([
      Buffer.from('Obj\u0001'),
      long(2),
      ...head,
      long(0),
      sync,
      ...blocks.flat(),
    ])
  }

  test('holds its schema, whatever the format of the log and however its blocks are packed', async () => {
    for (const [codec, pack] of Object.entries(codecs)) {
      write(`${codec}.avro`, container(codec, pack))
      assert.deepEqual(await replayed('json.yaml', `${codec}.avro`), wanted, codec)
    }
    assert.deepEqual(await replayed('avro.yaml', 'null.avro'), wanted)
  })

  test('that is cut off, damaged or something else is told, never half read', async () => {
    const whole = container('null', codecs.null)
    const cases: [string, Buffer, RegExp][] = [
      ['cut.avro', whole.subarray(0, -40), /its last block is cut off/],
      [
        'sync.avro',
        Buffer.concat([whole.subarray(0, -1), Buffer.from([6])]),
        /a block of it is damaged/,
      ],
      ['other.avro', Buffer.from('{"id":"a"}'), /it is no Avro object container file/],
      ['empty.avro', Buffer.alloc(0), /it is no Avro object container file/],
      ['lzma.avro', container('xz', codecs.null), /packed with xz/],
      ['torn.avro', container('deflate', codecs.null), /FILE_UNREADABLE/],
    ]
    for (const [name, content, said] of cases) {
      write(name, content)
      const err = String(await replayed('json.yaml', name))
      assert.match(err, /FILE_UNREADABLE/, name)
      assert.match(err, said)
    }
  })
})

test('what cannot be read says what is missing', async () => {
  assert.match(String(await replayed('avro.yaml', 'values.jsonl')), /SCHEMAS_UNREACHABLE/)
  assert.match(
    String(await replayed('avro.yaml', 'values.jsonl', '--schema', 'flat.jsonl')),
    /USAGE.*\.avsc or \.proto/s,
  )
  assert.match(
    String(await replayed('avro.yaml', 'values.jsonl', '--schema', 'none.avsc')),
    /FILE_NOT_FOUND/,
  )
  const { err } = await runCli(['backtest', 'm', '--config', 'avro.yaml', '--schema', 'x.avsc'], {
    folder,
  })
  assert.match(err, /error\[USAGE\].*decoded already/s)
})
