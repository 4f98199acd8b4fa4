import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Binning } from '../../contracts/binning.ts'
import { recordPaths } from '../../contracts/config.ts'
import type { RegisteredSchema } from '../../contracts/registered-schema.ts'
import { protobuf } from '../../formats/protobuf.ts'
import { framed, lookupOf, protobufRecord, protobufSchema } from './registered.ts'

const received = Date.UTC(2026, 0, 2)
const timeMs = Date.UTC(2026, 0, 1, 12)
const base = { id: 'a', time: timeMs }

type Kind = 'numeric' | 'categorical'
/** What the format makes of one record; features are fields of the message. */
function decode(
  value: Uint8Array | null,
  features: Record<string, Kind>,
  schema: RegisteredSchema,
  options?: Record<string, unknown>,
) {
  const binning = {
    ...{ schema: 'driftgate-binning/1', model: 'm', version: 'b1' },
    features: Object.entries(features).map(([name, kind]) => ({ name, kind, categories: [] })),
  } as unknown as Binning
  const paths = recordPaths.parse({ features: '' })
  const layout = options === undefined ? { paths } : { paths, options }
  const decoder = protobuf.decoder({ model: 'm', binning, ...layout, schemas: lookupOf(schema) })
  return decoder({ value, timestampMs: received })
}

const valuesOf = (result: ReturnType<typeof decode>) =>
  result.kind === 'row' ? result.row.values : result
const reasonOf = (result: ReturnType<typeof decode>) =>
  result.kind === 'bad' ? result.reason : JSON.stringify(result)

/** A file with one message P whose further fields are these. */
const file = (fields: string, more = '') =>
  protobufSchema(
    1,
    `syntax = "proto3"; package n; import "google/protobuf/wrappers.proto";
     import "google/protobuf/timestamp.proto"; import "google/protobuf/struct.proto";
     message P { string id = 1; int64 time = 2; string model = 3; string version = 4; ${fields} } ${more}`,
  )
const one = (fields: string, value: object, kind: Kind = 'numeric', more = '') => {
  const schema = file(fields, more)
  const record = protobufRecord(schema, 'n.P', { ...base, ...value })
  return valuesOf(decode(record, { x: kind }, schema))
}

describe('the value of a Protobuf field', () => {
  test('that was left out is its default, or missing where the schema tells them apart', () => {
    assert.deepEqual(one('double x = 5;', {}), [0])
    assert.deepEqual(one('bool x = 5;', {}), [false])
    assert.deepEqual(one('optional double x = 5;', {}), [undefined])
    assert.deepEqual(one('optional double x = 5;', { x: 0 }), [0])
    assert.deepEqual(one('oneof either { double x = 5; string y = 6; }', { y: 'z' }), [undefined])
    assert.deepEqual(one('google.protobuf.DoubleValue x = 5;', {}), [undefined])
    assert.deepEqual(one('google.protobuf.DoubleValue x = 5;', { x: { value: 0 } }), [0])
    assert.deepEqual(one('Plan x = 5;', {}, 'categorical', 'enum Plan { BASIC = 0; PRO = 1; }'), [
      'BASIC',
    ])
  })

  test('is a category by the name of an enum, or by its number where the schema lacks it', () => {
    const known = 'enum Plan { BASIC = 0; PRO = 1; }'
    assert.deepEqual(one('Plan x = 5;', { x: 'PRO' }, 'categorical', known), ['PRO'])
    assert.deepEqual(one('Plan x = 5;', { x: 7 }, 'categorical', known), [7])
  })

  test('is exact at 64 bits: as a category and an id its digits, as a number the nearest', () => {
    const large = '9007199254740993'
    for (const type of ['int64', 'uint64', 'sint64', 'fixed64']) {
      assert.deepEqual(one(`${type} x = 5;`, { x: large }, 'categorical'), [large])
      assert.deepEqual(one(`${type} x = 5;`, { x: large }), [Number(large)])
      assert.deepEqual(one(`${type} x = 5;`, { x: 42 }), [42])
    }
    const schema = protobufSchema(
      1,
      'syntax = "proto3"; message P { int64 id = 1; int64 time = 2; }',
    )
    const result = decode(protobufRecord(schema, 'P', { ...base, id: large }), {}, schema)
    assert.equal(result.kind === 'row' && result.row.id, large)
  })

  test('is what the types of Google mean', () => {
    const at = { seconds: timeMs / 1_000, nanos: 250_999_999 }
    assert.deepEqual(one('google.protobuf.Timestamp x = 5;', { x: at }), [timeMs + 250])
    assert.deepEqual(
      one('google.protobuf.StringValue x = 5;', { x: { value: 'v' } }, 'categorical'),
      ['v'],
    )
    const schema = file('google.protobuf.Struct inputs = 5;')
    const inputs = {
      fields: { a: { numberValue: 1.5 }, b: { stringValue: 'z' }, c: { nullValue: 0 } },
    }
    const record = protobufRecord(schema, 'n.P', { ...base, inputs })
    const binning = {
      features: ['a', 'b', 'c', 'd'].map((name) => ({ name, kind: 'categorical', categories: [] })),
    }
    const decoder = protobuf.decoder({
      ...{ model: 'm', binning: binning as never, schemas: lookupOf(schema) },
      paths: recordPaths.parse({ features: 'inputs' }),
    })
    const result = decoder({ value: record, timestampMs: received })
    assert.deepEqual(valuesOf(result), [1.5, 'z', null, undefined])
  })

  test('that nobody wrote is no id, no other model and no version', () => {
    const schema = file('')
    const row = decode(protobufRecord(schema, 'n.P', base), {}, schema)
    assert.equal(row.kind === 'row' && row.row.version, '')
    const nameless = decode(protobufRecord(schema, 'n.P', { time: timeMs }), {}, schema)
    assert.equal(reasonOf(nameless), 'it has no prediction id')
    const other = decode(protobufRecord(schema, 'n.P', { ...base, model: 'other' }), {}, schema)
    assert.deepEqual(other, { kind: 'foreign' })
  })
})

describe('a schema that changes', () => {
  test('is read record by record: new fields are not there yet, unknown ones are passed over', () => {
    const first = file('optional double amount = 5;')
    const second = file('optional double amount = 5; optional string plan = 6;')
    const old = protobufRecord(first, 'n.P', { ...base, amount: 3 })
    const recent = protobufRecord(second, 'n.P', { ...base, amount: 4, plan: 'pro' })
    const features = { amount: 'numeric', plan: 'categorical' } as const
    assert.deepEqual(valuesOf(decode(old, features, first)), [3, undefined])
    assert.deepEqual(valuesOf(decode(old, features, second)), [3, undefined])
    assert.deepEqual(valuesOf(decode(recent, features, second)), [4, 'pro'])
    assert.deepEqual(valuesOf(decode(recent, features, first)), [4, undefined])
  })
})

describe('the message of a record', () => {
  const schema = protobufSchema(
    1,
    `syntax = "proto3"; package n;
     enum E { A = 0; }
     message First { message Inner { string id = 1; } string id = 1; int64 time = 2; }
     message Second {
       enum F { B = 0; }
       message Zero { string id = 1; int64 time = 2; double x = 3; }
       message One { string id = 1; int64 time = 2; double y = 3; double x = 4; }
     }`,
  )
  const value = { ...base, x: 5 }
  const x = { x: 'numeric' } as const

  test('is the one that its indexes name, in the order of the file', () => {
    // Zigzag: two positions, the second message, its second message.
    const record = protobufRecord(schema, 'n.Second.One', value, Buffer.from([4, 2, 2]))
    assert.deepEqual(valuesOf(decode(record, x, schema)), [5])
    const first = protobufRecord(schema, 'n.First', value)
    assert.deepEqual(valuesOf(decode(first, x, schema)), [undefined])
    const written = protobufRecord(schema, 'n.First', value, Buffer.from([2, 0]))
    assert.deepEqual(valuesOf(decode(written, x, schema)), [undefined])
  })

  test('that is not asked for is foreign, whatever it holds', () => {
    const options = { message: 'n.Second.One' }
    const record = protobufRecord(schema, 'n.First', value)
    assert.deepEqual(decode(record, x, schema, options), { kind: 'foreign' })
    const asked = protobufRecord(schema, 'n.Second.One', value, Buffer.from([4, 2, 2]))
    assert.equal(decode(asked, x, schema, options).kind, 'row')
  })

  test('that the schema does not have, or that is not said, is a reason', () => {
    const reason = (...indexes: number[]) =>
      reasonOf(decode(framed(1, Buffer.from(indexes)), x, schema))
    assert.match(reason(2, 4), /it names message 2, which its schema 1 does not have/)
    assert.match(reason(2, 1), /it names message -1/)
    assert.match(reason(4, 2, 8), /it names message 1\.4/)
    for (const indexes of [[], [1], [0xfe, 0x7f], [8, 0], [0xff, 0xff, 0xff, 0xff, 0xff]]) {
      assert.match(reason(...indexes), /it does not say which message of its schema it is/)
    }
  })

  test('is found though another file shares its package', () => {
    const shared = 'syntax = "proto3"; package n; message Zed { int32 a = 1; }'
    const text = `syntax = "proto3"; package n; import "zed.proto";
      message P { string id = 1; int64 time = 2; Zed zed = 3; double x = 4; }`
    const whole = protobufSchema(1, text, [{ name: 'zed.proto', text: shared }])
    const alone = protobufSchema(
      1,
      text.replace('import "zed.proto";', '').replace('Zed zed', 'bytes zed'),
    )
    const record = protobufRecord(alone, 'n.P', { ...value, zed: Buffer.from([8, 1]) })
    assert.deepEqual(valuesOf(decode(record, x, whole)), [5])
  })
})

describe('a damaged record', () => {
  const schema = file('Node node = 5; repeated double xs = 6;', 'message Node { Node next = 1; }')

  test('that is cut off, too long, nested too deep or not UTF-8 is a reason', () => {
    const good = protobufRecord(schema, 'n.P', { ...base, xs: [1, 2, 3] })
    const reason = (payload: Buffer) => reasonOf(decode(payload, {}, schema))
    assert.match(
      reason(good.subarray(0, -1)),
      /^it is not the Protobuf that its schema 1 describes/,
    )
    assert.match(
      reason(Buffer.concat([good, Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f])])),
      /^it is not/,
    )
    let deep = Buffer.alloc(0)
    for (let i = 0; i < 2_000; i++) {
      const length =
        deep.length < 128 ? [deep.length] : [(deep.length & 127) | 128, deep.length >> 7]
      deep = Buffer.concat([Buffer.from([10, ...length]), deep])
    }
    const length = Buffer.from([0x2a, (deep.length & 127) | 128, deep.length >> 7])
    assert.match(reason(framed(1, Buffer.concat([Buffer.from([0]), length, deep]))), /^it is not/)
    assert.match(reason(framed(1, Buffer.from([0, 10, 2, 0xc3, 0x28]))), /^it is not/)
  })

  test('of a schema that is of another kind or of no use says so', () => {
    const reason = (schema: RegisteredSchema) =>
      reasonOf(decode(framed(1, Buffer.from([0])), {}, schema))
    assert.match(
      reason({ ...schema, type: 'AVRO' }),
      /^its schema 1 is of the kind AVRO, not PROTOBUF/,
    )
    assert.match(reason(protobufSchema(1, 'message {')), /^its schema 1 is no Protobuf schema: /)
    assert.match(
      reason(protobufSchema(1, 'syntax = "proto3"; message P { Absent x = 1; }')),
      /^its schema 1 is no Protobuf schema: no such/,
    )
  })
})
