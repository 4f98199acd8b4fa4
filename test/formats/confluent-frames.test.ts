import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { Binning } from '../../contracts/binning.ts'
import { recordPaths } from '../../contracts/config.ts'
import type { RegisteredSchema } from '../../contracts/registered-schema.ts'
import { formats } from '../../formats/index.ts'
import { avroSchema, lookupOf, protobufSchema } from './registered.ts'

/** Records that Confluent's own serialisers made. */
const golden = JSON.parse(
  readFileSync(new URL('../goldens/confluent-frames.json', import.meta.url), 'utf8'),
)
const timeMs = Date.parse(golden.time)
const binning = {
  ...{ schema: 'driftgate-binning/1', model: 'm', version: 'b1' },
  features: [
    { name: 'amount', kind: 'numeric' },
    { name: 'plan', kind: 'categorical' },
    ...[0, 1].map((index) => ({
      ...{ name: `vector.component-${index}`, kind: 'numeric' },
      from: { feature: 'vector', part: 'component', index, width: 2 },
    })),
    { name: 'account', kind: 'categorical' },
    { name: 'note', kind: 'categorical' },
  ],
} as unknown as Binning

function decode(format: 'avro' | 'protobuf', hex: string, schema: RegisteredSchema) {
  const decoder = formats[format].decoder({
    ...{ model: 'm', binning, paths: recordPaths.parse({}) },
    featurePaths: { account: 'account', note: 'features.more.k' },
    schemas: lookupOf(schema),
  })
  const value = Buffer.from(hex, 'hex')
  return decoder({ value, timestampMs: timeMs })
}

const row = {
  ...{ id: 'a-17', timeMs, version: '3' },
  values: [12.5, 'PRO', 0.25, -1, '9007199254740993', 'ä'],
}
const idOf = (hex: string) => Number.parseInt(hex.slice(2, 10), 16)

test(`${golden.made}: an Avro record is read`, () => {
  const { schema, bytes } = golden.avro
  assert.deepEqual(decode('avro', bytes, avroSchema(idOf(bytes), schema)), { kind: 'row', row })
})

describe(`${golden.made}: Protobuf`, () => {
  const { bytes, descriptor, text } = golden.protobuf
  const id = idOf(bytes['credit.Prediction'])
  const asDescriptor = protobufSchema(id, descriptor)

  test('is read where the descriptor is registered', () => {
    const result = decode('protobuf', bytes['credit.Prediction'], asDescriptor)
    assert.deepEqual(result, { kind: 'row', row })
  })

  test('is read where the file is registered', () => {
    const result = decode('protobuf', bytes['credit.Prediction'], protobufSchema(id, text))
    assert.deepEqual(result, { kind: 'row', row })
  })

  test('is the message that was written, inside others and beside maps', () => {
    const messageOf = (hex: string) => {
      const decoder = formats.protobuf.decoder({
        ...{ model: 'm', binning, paths: recordPaths.parse({}) },
        ...{ schemas: lookupOf(asDescriptor), options: { message: 'nobody' } },
      })
      return decoder({ value: Buffer.from(hex, 'hex'), timestampMs: timeMs })
    }
    for (const [name, hex] of Object.entries(bytes as Record<string, string>)) {
      assert.deepEqual(messageOf(hex), { kind: 'foreign' }, name)
      const only = formats.protobuf.decoder({
        ...{ model: 'm', binning, paths: recordPaths.parse({}) },
        ...{ schemas: lookupOf(asDescriptor), options: { message: name } },
      })
      const result = only({ value: Buffer.from(hex, 'hex'), timestampMs: timeMs })
      assert.notEqual(result.kind, 'foreign', name)
    }
  })
})
