import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Binning } from '../../contracts/binning.ts'
import { recordPaths } from '../../contracts/model-settings.ts'
import { scoreFeature } from '../../contracts/prediction.ts'
import { unpacked } from '../../formats/format.ts'
import { decodeTogether } from '../../formats/index.ts'
import { json, parsingDecoder, templateDecoder } from '../../formats/json.ts'
import { JsonTemplates } from '../../formats/json-templates.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { jsonRecords, mutated } from './json-records.ts'

const numeric = { kind: 'numeric', edges: [0], minimum: 0, maximum: 1, scale: 0 } as const
const categorical = { kind: 'categorical', categories: ['a'] } as const
const binning = {
  schema: 'driftgate-binning/1',
  model: 'm',
  version: '1',
  features: [
    { name: 'amount', ...numeric, edges: [0] },
    { name: 'plan', ...categorical, categories: ['a'] },
    { name: '__proto__', ...categorical, categories: ['a'] },
    { name: 'deep', ...categorical, categories: [] },
    {
      name: 'v.norm',
      ...numeric,
      edges: [],
      from: { feature: 'v', part: 'norm', width: 2 },
    },
    { name: 'note.length', ...numeric, edges: [], from: { feature: 'note', part: 'length' } },
    { name: scoreFeature, ...numeric, edges: [0] },
  ],
} satisfies Binning
const input = {
  model: 'm',
  binning,
  paths: recordPaths.parse({}),
  featurePaths: { deep: 'meta.list.1' },
}
/** Without a derived feature rows are packed. */
const plain = {
  ...input,
  binning: { ...binning, features: binning.features.filter((one) => !('from' in one)) },
}
const received = Date.UTC(2026, 0, 2)

describe('records read by templates', () => {
  test('are what JSON.parse makes of them, over 40,000 records and mutations', () => {
    for (const seed of [1, 2, 3, 4]) {
      const next = mulberry32(seed)
      const under = seed % 2 === 0 ? input : plain
      const { decode, taken } = templateDecoder(under)
      const parse = parsingDecoder(under)
      let read = 0
      for (let i = 0; i < 5_000; i++) {
        const record = jsonRecords(next)
        for (const value of [Buffer.from(record), mutated(Buffer.from(record), next)]) {
          const expected = parse({ value, timestampMs: received })
          const found = decode({ value, timestampMs: received })
          assert.deepStrictEqual(found, expected, `seed ${seed}: ${value.toString('latin1')}`)
          if (found.kind !== 'bad') read++
        }
      }
      assert.ok(read > 4_000, `${read} of seed ${seed} were readable`)
      assert.ok(taken() > 2_000, `${taken()} of seed ${seed} were read by templates`)
    }
  })

  test('for several models at once are what each of them reads alone', () => {
    const few = { ...binning, features: binning.features.slice(0, 1) }
    const inputs = [input, { ...input, model: 'n' }, { ...input, binning: few }]
    const next = mulberry32(5)
    const decode = decodeTogether(json, inputs)
    const alone = inputs.map((each) => parsingDecoder(each))
    const kinds = new Set<string>()
    for (let i = 0; i < 5_000; i++) {
      const record = jsonRecords(next).replace('"m"', next() < 0.5 ? '"n"' : '"m"')
      for (const value of [Buffer.from(record), mutated(Buffer.from(record), next)]) {
        const expected = alone.map((each) => each({ value, timestampMs: received }))
        const found = decode({ value, timestampMs: received })
        assert.deepStrictEqual(found.map(unpacked), expected, value.toString('latin1'))
        kinds.add(found.map(({ kind }) => kind).join())
      }
    }
    for (const kind of ['row,foreign,row', 'foreign,row,foreign', 'bad,bad,bad']) {
      assert.ok(kinds.has(kind), kind)
    }
  })

  test('hold numbers of every form bit for bit', () => {
    const { decode, taken } = templateDecoder(plain)
    const parse = parsingDecoder(plain)
    const forms = [
      ...[
        '0',
        '-0',
        '0.0',
        '-0.0e5',
        '1',
        '-1',
        '10',
        '1e0',
        '1E+2',
        '1e-2',
        '1.50',
        '0.1',
        '0.30000000000000004',
      ],
      ...['9007199254740993', '9007199254740992.5', '123456789012345678', '1234567890123456789'],
      ...[
        '1e22',
        '1e23',
        '123e300',
        '1e308',
        '1e309',
        '-1e400',
        '5e-324',
        '2e-324',
        '2.2250738585072011e-308',
      ],
      ...[
        `0.${'0'.repeat(400)}1`,
        `1${'0'.repeat(400)}`,
        `${'9'.repeat(30)}e-20`,
        '1e99999999999',
        '1e-99999999999',
      ],
      ...[
        '00',
        '01',
        '-',
        '-01',
        '1.',
        '.5',
        '+1',
        '1e',
        '1e+',
        '0x1',
        'NaN',
        'Infinity',
        '1_0',
        '1 2',
        '--1',
        '1.e1',
      ],
    ]
    const next = mulberry32(5)
    for (let i = 0; i < 20_000; i++) {
      forms.push(String((next() - 0.5) * 10 ** Math.floor(next() * 40 - 20)))
    }
    for (const form of forms) {
      const value = Buffer.from(`{"id":1,"time":1767225600000,"features":{"amount":${form}}}`)
      const expected = parse({ value, timestampMs: received })
      assert.deepStrictEqual(decode({ value, timestampMs: received }), expected, form)
    }
    assert.ok(taken() >= 20_020, `${taken()} were read by templates`)
  })

  test('of shapes that change all the time are parsed, and few shapes are kept', () => {
    const places = {
      id: ['id'],
      time: ['time'],
      model: ['model'],
      version: ['v'],
      features: new Map(),
    }
    const templates = new JsonTemplates([places])
    for (let i = 0; i < 10_000; i++) {
      const value = Buffer.from(`{"id":${i},"time":0,"member${i}":1}`)
      if (templates.match({ value, timestampMs: 0 }) === null) templates.learn(value)
    }
    assert.equal(templates.taken, 0)
    assert.equal(templates.shapes, 4)
  })

  test('are read by a template again after a while when all came in a new shape', () => {
    const { decode, taken } = templateDecoder(input)
    const stream = (member: string, count: number) => {
      for (let i = 0; i < count; i++) {
        const value = Buffer.from(`{"id":${i},"time":0,"${member}":1}`)
        decode({ value, timestampMs: received })
      }
    }
    for (let i = 0; i < 100; i++) stream(`old${i}`, 1)
    const before = taken()
    stream('new', 3_000)
    assert.ok(taken() - before > 1_000)
  })
})
