import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import avsc from 'avsc/lib/types.js'
import type { Binning } from '../../contracts/binning.ts'
import { recordPaths } from '../../contracts/config.ts'
import type { RegisteredSchema } from '../../contracts/registered-schema.ts'
import { avro } from '../../formats/avro.ts'
import { avroRecord, avroSchema, framed, lookupOf } from './registered.ts'

const received = Date.UTC(2026, 0, 2)
const timeMs = Date.UTC(2026, 0, 1, 12)
const head = [
  { name: 'id', type: 'string' },
  { name: 'time', type: 'long' },
]
const record = (...fields: unknown[]) => ({
  ...{ type: 'record', name: 'P', namespace: 'n' },
  fields: [...head, ...fields],
})

type Kind = 'numeric' | 'categorical'
/** What the format makes of one record under these schemas; features stand beside the other parts. */
function decode(
  value: Uint8Array,
  features: Record<string, Kind>,
  schemas: readonly RegisteredSchema[],
  options?: Record<string, unknown>,
) {
  const binning = {
    ...{ schema: 'driftgate-binning/1', model: 'm', version: 'b1' },
    features: Object.entries(features).map(([name, kind]) => ({ name, kind, categories: [] })),
  } as unknown as Binning
  const paths = recordPaths.parse({ features: '' })
  const lookup = { schemas: lookupOf(...schemas) }
  const layout = options === undefined ? { paths } : { paths, options }
  const decoder = avro.decoder({ model: 'm', binning, ...layout, ...lookup })
  return decoder({ value, timestampMs: received })
}

/** The one feature `x` of a field of this type. */
function fieldValue(type: unknown, x: unknown, kind: Kind = 'numeric', bytes?: Buffer) {
  const schema = avroSchema(1, record({ name: 'x', type }))
  const value = bytes ?? avroRecord(schema, { id: 'a', time: timeMs, x })
  const result = decode(value, { x: kind }, [schema])
  return result.kind === 'row' ? result.row.values[0] : result
}

const varint = (value: bigint): Buffer => {
  const zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  const bytes: number[] = []
  for (let rest = zigzag; ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)])
    bytes.push(Number(rest & 127n) | 128)
  }
}
const headBytes = Buffer.concat([Buffer.from([2, 97]), varint(BigInt(timeMs))])
const withX = (...bytes: Buffer[]) => framed(1, Buffer.concat([headBytes, ...bytes]))

describe('the value of an Avro field', () => {
  test('is the one of its branch, whichever branches a union has', () => {
    assert.equal(fieldValue(['null', 'double'], 1.5), 1.5)
    assert.equal(fieldValue(['null', 'double'], null), null)
    assert.equal(fieldValue(['int', 'double', 'string'], { double: 2.5 }), 2.5)
    assert.equal(fieldValue(['int', 'string'], 'free', 'categorical'), 'free')
  })

  test('is a category by the name of its symbol, a number or a truth as it is', () => {
    const plan = { type: 'enum', name: 'Plan', symbols: ['basic', 'pro'] }
    assert.equal(fieldValue(plan, 'pro', 'categorical'), 'pro')
    assert.equal(fieldValue('boolean', true), true)
    assert.equal(fieldValue('float', 0.5), 0.5)
  })

  test('is an exact long: as a category and an id its digits, as a number the nearest one', () => {
    const large = 9_007_199_254_740_993n
    for (const value of [large, -large, 2n ** 63n - 1n, -(2n ** 63n)]) {
      const bytes = withX(varint(value))
      assert.equal(fieldValue('long', 0, 'categorical', bytes), String(value))
      assert.equal(fieldValue('long', 0, 'numeric', bytes), Number(value))
    }
    const schema = avroSchema(1, {
      ...{ type: 'record', name: 'P' },
      fields: [
        { name: 'id', type: 'long' },
        { name: 'time', type: 'long' },
      ],
    })
    const value = framed(1, Buffer.concat([varint(large), varint(BigInt(timeMs))]))
    const result = decode(value, {}, [schema])
    assert.equal(result.kind === 'row' && result.row.id, String(large))
  })

  test('is what its logical type means', () => {
    const type = (type: string, logicalType: string, more = {}) => ({ type, logicalType, ...more })
    assert.equal(fieldValue(type('long', 'timestamp-millis'), timeMs), timeMs)
    assert.equal(fieldValue(type('long', 'timestamp-micros'), timeMs * 1_000 + 999), timeMs)
    const nanos = withX(varint(BigInt(timeMs) * 1_000_000n))
    assert.equal(fieldValue(type('long', 'timestamp-nanos'), 0, 'numeric', nanos), timeMs)
    assert.equal(fieldValue(type('int', 'date'), 20_454), Date.UTC(2026, 0, 1))
    const decimal = type('bytes', 'decimal', { precision: 9, scale: 2 })
    assert.equal(fieldValue(decimal, Buffer.from([0x30, 0x39])), 123.45)
    assert.equal(fieldValue(decimal, Buffer.from([0xff])), -0.01)
    const fixed = type('fixed', 'decimal', { name: 'D', size: 4, precision: 9, scale: 4 })
    assert.equal(fieldValue(fixed, Buffer.from([0, 0, 0x27, 0x10])), 1)
  })

  test('that is a section, a list or bytes is no single value', () => {
    for (const [type, x] of [
      ['bytes', Buffer.from('x')],
      [{ type: 'array', items: 'int' }, [1]],
      [{ type: 'map', values: 'int' }, { a: 1 }],
    ]) {
      const reason = 'x is no single value'
      assert.deepEqual(fieldValue(type, x), { kind: 'bad', reason, field: 'x' })
    }
  })
})

describe('a schema that changes', () => {
  const first = avroSchema(1, record({ name: 'amount', type: 'int' }))
  const second = avroSchema(2, {
    ...record(
      { name: 'sum', type: 'double', aliases: ['amount'] },
      { name: 'plan', type: 'string', default: 'basic' },
      { name: 'rate', type: ['double', 'null'], default: 0.25 },
      { name: 'note', type: ['null', 'string'], default: null },
      {
        ...{ name: 'since', default: 1_000_000 },
        type: { type: 'long', logicalType: 'timestamp-micros' },
      },
      {
        ...{ name: 'fee', default: '\u0001' },
        type: { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 1 },
      },
    ),
  })
  const old = avroRecord(first, { id: 'a', time: timeMs, amount: 3 })
  const row = { id: 'b', time: timeMs, sum: 4, plan: 'pro', rate: 1, note: null }
  const recent = avroRecord(second, { ...row, since: 2_000_000, fee: Buffer.from([25]) })
  const features = { sum: 'numeric', amount: 'numeric', plan: 'categorical' } as const

  test('is read record by record: a field that is not there yet is a missing value', () => {
    const read = (value: Buffer) => decode(value, features, [first, second])
    const values = [old, recent].map((value) => {
      const result = read(value)
      return result.kind === 'row' ? result.row.values : result
    })
    assert.deepEqual(values, [
      [undefined, 3, undefined],
      [4, undefined, 'pro'],
    ])
  })

  test('is read as one, with defaults, aliases and wider numbers, by a schema of the reader', () => {
    const wanted = {
      ...{ sum: 'numeric', plan: 'categorical', rate: 'numeric' },
      ...{ note: 'categorical', since: 'numeric', fee: 'numeric' },
    }
    const values = [old, recent].map((value) => {
      const result = decode(value, wanted as never, [first, second], { readerSchema: 2 })
      return result.kind === 'row' ? result.row.values : result
    })
    assert.deepEqual(values, [
      [3, 'basic', 0.25, null, 1_000, 0.1],
      [4, 'pro', 1, null, 2_000, 2.5],
    ])
  })

  test('back to an older reader loses what that one does not know, lists included', () => {
    const longer = avroSchema(
      3,
      record(
        { name: 'tags', type: { type: 'array', items: 'string' } },
        { name: 'more', type: { type: 'map', values: 'long' } },
        { name: 'amount', type: 'int' },
      ),
    )
    const value = { id: 'c', time: timeMs, tags: ['x', 'y'], more: { z: 1 }, amount: 5 }
    const options = { readerSchema: 1 }
    const result = decode(avroRecord(longer, value), features, [first, longer], options)
    assert.deepEqual(result.kind === 'row' && result.row.values, [undefined, 5, undefined])
  })

  test('so that nothing fits is a reason for each record, and nothing else', () => {
    const other = avroSchema(4, record({ name: 'amount', type: 'string' }))
    const value = avroRecord(other, { id: 'd', time: timeMs, amount: 'x' })
    const result = decode(value, features, [first, other], { readerSchema: 1 })
    assert.match(result.kind === 'bad' ? result.reason : '', /^its schema 4 cannot be read as/)
  })
})

describe('a log with several kinds of record', () => {
  const prediction = avroSchema(1, record({ name: 'x', type: 'double' }))
  const click = avroSchema(2, { type: 'record', name: 'n.Click', fields: [] })

  test('is read for one of them; others are foreign', () => {
    const options = { record: 'n.P', readerSchema: 1 }
    const read = (value: Buffer) => decode(value, { x: 'numeric' }, [prediction, click], options)
    assert.equal(read(avroRecord(prediction, { id: 'a', time: timeMs, x: 1 })).kind, 'row')
    assert.deepEqual(read(avroRecord(click, {})), { kind: 'foreign' })
  })
})

describe('what Avro refers to', () => {
  test('is known to the schema, each in its own namespace', () => {
    const place = { type: 'record', name: 'geo.Place', fields: [{ name: 'city', type: 'string' }] }
    const schema = avroSchema(1, record({ name: 'place', type: 'geo.Place' }), [
      { name: 'geo.Place', text: JSON.stringify(place) },
    ])
    const whole = avsc.Type.forSchema(record({ name: 'place', type: place }))
    const value = framed(1, whole.toBuffer({ id: 'a', time: timeMs, place: { city: 'Bonn' } }))
    const binning = { features: [{ name: 'city', kind: 'categorical', categories: [] }] }
    const decoder = avro.decoder({
      ...{ model: 'm', binning: binning as never, schemas: lookupOf(schema) },
      ...{ paths: recordPaths.parse({ features: '' }), featurePaths: { city: 'place.city' } },
    })
    const result = decoder({ value, timestampMs: received })
    assert.deepEqual(result.kind === 'row' && result.row.values, ['Bonn'])
  })
})

describe('a damaged record', () => {
  const list = { type: 'array', items: 'int' }
  const bad = (result: unknown) => (result as { reason?: string }).reason ?? JSON.stringify(result)

  test('that claims a list of any length is refused at once, in no memory', () => {
    for (const count of [1_000n, 2n ** 31n, 2n ** 53n, -(2n ** 53n)]) {
      assert.match(
        bad(fieldValue(list, 0, 'numeric', withX(varint(count), varint(0n)))),
        /longer than/,
      )
      const map = { type: 'map', values: list }
      assert.match(
        bad(fieldValue(map, 0, 'numeric', withX(varint(count), varint(0n)))),
        /longer than/,
      )
    }
  })

  test('whose block says to go back is read once, not for ever', () => {
    const schema = avroSchema(1, record({ name: 'tags', type: list }, { name: 'x', type: 'int' }))
    const reader = avroSchema(2, record({ name: 'x', type: 'int' }))
    const value = withX(varint(-1n), varint(-2n), varint(7n), varint(0n), varint(3n))
    for (const options of [{}, { readerSchema: 2 }]) {
      const result = decode(value, { x: 'numeric' }, [schema, reader], options)
      assert.deepEqual(result.kind === 'row' && result.row.values, [3])
    }
  })

  test('that nests deeper than any stack is a reason', () => {
    const node = {
      type: 'record',
      name: 'Node',
      fields: [{ name: 'next', type: ['null', 'Node'] }],
    }
    const deep = withX(Buffer.alloc(400_000, 2))
    assert.match(bad(fieldValue(node, 0, 'numeric', deep)), /^it is not the Avro .* 1 describes/)
  })

  test('with text that is no UTF-8, or too much or too little, is a reason', () => {
    assert.match(
      bad(fieldValue('string', 0, 'categorical', withX(Buffer.from([4, 0xc3, 0x28])))),
      /UTF-8/,
    )
    assert.equal(fieldValue('string', 'a\ufffdb', 'categorical'), 'a\ufffdb')
    assert.match(bad(fieldValue('int', 0, 'numeric', withX())), /truncated/)
    assert.match(bad(fieldValue('int', 0, 'numeric', withX(varint(1n), varint(1n)))), /trailing/)
    assert.match(bad(fieldValue('int', 0, 'numeric', Buffer.from('{"id":1}'))), /zero byte/)
  })

  test('keeps "__proto__" a key like any other', () => {
    const type = { type: 'map', values: 'string' }
    const key = Buffer.from('__proto__')
    const bytes = withX(varint(1n), varint(BigInt(key.length)), key, varint(1n), Buffer.from('x'))
    assert.match(
      bad(fieldValue(type, 0, 'numeric', Buffer.concat([bytes, varint(0n)]))),
      /no single/,
    )
    assert.equal(({} as Record<string, unknown>)['x'], undefined)
  })

  test('of a schema that is unknown, of another kind or of no use says so', () => {
    const reason = (schema: RegisteredSchema) =>
      bad(decode(framed(9, Buffer.alloc(1)), {}, [schema]))
    assert.match(
      reason(avroSchema(1, 'int')),
      /^it names the schema 9, which the registry does not/,
    )
    assert.equal(
      reason({ id: 9, type: 'JSON', text: '{}', references: [] }),
      'its schema 9 is of the kind JSON, not AVRO',
    )
    assert.match(reason(avroSchema(9, 'string')), /describes no record but string/)
    assert.match(reason(avroSchema(9, { type: 'what' })), /is no Avro schema: unknown type/)
    const endless = record({ name: 'x', type: { type: 'array', items: 'null' } })
    assert.match(reason(avroSchema(9, endless)), /a list whose entries take no bytes/)
  })
})
