import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Binning } from '../../contracts/binning.ts'
import { recordPaths } from '../../contracts/config.ts'
import { predictionFeature, scoreFeature } from '../../contracts/prediction.ts'
import { json } from '../../formats/json.ts'

const numeric = { kind: 'numeric', edges: [0], minimum: 0, maximum: 1, scale: 0 } as const
const binning: Binning = {
  schema: 'driftgate-binning/1',
  model: 'm',
  version: 'b1',
  features: [
    { name: 'amount', ...numeric, edges: [0] },
    { name: 'plan.name', kind: 'categorical', categories: ['a'] },
    { name: 'constructor', ...numeric, edges: [0] },
    { name: scoreFeature, ...numeric, edges: [0] },
  ],
}
const received = Date.UTC(2026, 0, 2)
const record = {
  id: 'p1',
  time: '2026-01-01T00:00:00Z',
  model: 'm',
  version: '3',
  features: { amount: 1.5, 'plan.name': 'a' },
  score: 0.25,
}

function decode(value: unknown, paths = {}, timestampMs = received) {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  const decoder = json.decoder({ model: 'm', binning, paths: recordPaths.parse(paths) })
  return decoder({ value: bytes, timestampMs })
}

/** The reason why the record is bad with these members changed. */
function reason(changed: object, timestampMs = received): string {
  const result = decode({ ...record, ...changed }, {}, timestampMs)
  assert.equal(result.kind, 'bad')
  return result.kind === 'bad' ? result.reason : ''
}

describe('json', () => {
  test('takes an answer that failed inside the model for foreign, where the score is counted', () => {
    const { score, ...unanswered } = record
    const cases: [object, string][] = [
      [{ ...unanswered, error: 'the score is Infinity' }, 'foreign'],
      [{ ...unanswered, error: 'überlaufen' }, 'foreign'],
      [{ ...unanswered, error: 'none', score: null }, 'foreign'],
      [{ ...unanswered, error: '' }, 'row'],
      [{ ...unanswered, error: null }, 'row'],
      [{ ...unanswered, error: 3 }, 'row'],
      [{ ...record, error: 'the cache was cold' }, 'row'],
      [unanswered, 'row'],
    ]
    const paths = recordPaths.parse({})
    const decoder = json.decoder({ model: 'm', binning, paths })
    const features = binning.features.filter(({ name }) => name !== scoreFeature)
    const scoreless = { model: 'm', binning: { ...binning, features }, paths }
    // The first of a shape is parsed, those after it are read by a template.
    for (let time = 0; time < 4; time++) {
      for (const [value, kind] of cases) {
        const bytes = new TextEncoder().encode(JSON.stringify(value))
        const asked = { value: bytes, timestampMs: received }
        assert.equal(decoder(asked).kind, kind, JSON.stringify(value))
        assert.equal(json.decoder(scoreless)(asked).kind, 'row')
      }
    }
  })

  test('reads values in the order of the binning, the score last', () => {
    assert.deepEqual(decode(record), {
      kind: 'row',
      row: {
        id: 'p1',
        timeMs: Date.UTC(2026, 0, 1),
        version: '3',
        values: [1.5, 'a', undefined, 0.25],
      },
    })
  })

  test('reads what is derived of a timestamp, a text and an embedding, and the chosen class', () => {
    const from = { feature: 'seen', part: 'hour', zone: 'UTC' } as const
    const derived: Binning = {
      ...binning,
      features: [
        { name: 'note.length', ...numeric, edges: [], from: { feature: 'note', part: 'length' } },
        { name: 'seen.hour', ...numeric, edges: [], from },
        { name: 'seen.age', ...numeric, edges: [], from: { feature: 'seen', part: 'age' } },
        {
          name: 'v.norm',
          ...numeric,
          edges: [],
          from: { feature: 'v', part: 'norm', width: 2 },
        },
        { name: predictionFeature, kind: 'categorical', categories: [] },
        { name: scoreFeature, ...numeric, edges: [0] },
      ],
    }
    const decoder = json.decoder({
      model: 'm',
      binning: derived,
      paths: recordPaths.parse({ prediction: 'answer.class' }),
    })
    const read = (features: object) => {
      const value = { ...record, features, answer: { class: 'good' } }
      const bytes = new TextEncoder().encode(JSON.stringify(value))
      return decoder({ value: bytes, timestampMs: received })
    }
    const seen = '2025-12-31T06:00:00Z'
    const found = read({ note: 'né', seen, v: [3, 4] })
    assert.deepEqual(found.kind === 'row' && found.row.values, [2, 6, 0.75, 5, 'good', 0.25])
    const absent = read({})
    assert.deepEqual(absent.kind === 'row' && absent.row.values, [
      null,
      null,
      null,
      null,
      'good',
      0.25,
    ])
    assert.deepEqual(read({ v: [3] }), {
      kind: 'bad',
      reason: 'v has 1 numbers where 2 belong',
      field: 'features.v',
    })
    assert.equal(read({ seen: 'then' }).kind, 'bad')
    assert.deepEqual(read({ note: 7 }), {
      kind: 'bad',
      reason: 'note holds no text',
      field: 'features.note',
    })
  })

  test('finds each part where the configuration says', () => {
    const nested = {
      meta: { id: 7, at: Date.UTC(2026, 0, 1) },
      input: { amount: true, 'plan.name': 2 },
      output: { probability: null },
    }
    const paths = {
      id: 'meta.id',
      time: 'meta.at',
      features: 'input',
      score: 'output.probability',
    }
    const result = decode(nested, paths)
    assert.ok(result.kind === 'row')
    assert.equal(result.row.id, '7')
    assert.equal(result.row.version, '')
    assert.deepEqual(result.row.values, [true, 2, undefined, null])
  })

  test('a feature may have a path of its own, into objects and lists, and beside the other parts', () => {
    const from = { feature: 'v', part: 'norm', width: 2 } as const
    const decoder = json.decoder({
      model: 'm',
      binning: {
        ...binning,
        features: [...binning.features, { name: 'n', ...numeric, edges: [], from }],
      },
      paths: recordPaths.parse({ features: '' }),
      featurePaths: { 'plan.name': 'rows.1.plan', v: 'rows.0', amount: 'rows.length' },
    })
    const read = (changed: object) => {
      const value = { ...record, rows: [[3, 4], { plan: 'b' }], constructor: 7, ...changed }
      return decoder({
        value: new TextEncoder().encode(JSON.stringify(value)),
        timestampMs: received,
      })
    }
    const found = read({})
    assert.deepEqual(found.kind === 'row' && found.row.values, [undefined, 'b', 7, 0.25, 5])
    const wrong = read({ rows: [[3], { plan: [] }] })
    assert.deepEqual(wrong, {
      kind: 'bad',
      reason: 'plan.name is no single value',
      field: 'rows.1.plan',
    })
    const absent = read({ rows: [] })
    assert.deepEqual(absent.kind === 'row' && absent.row.values, [
      undefined,
      undefined,
      7,
      0.25,
      null,
    ])
  })

  test('says where in the record the fault is, where one part is to blame', () => {
    const fieldOf = (value: unknown, paths = {}) => {
      const result = decode(value, paths)
      return result.kind === 'bad' ? result.field : 'none is bad'
    }
    assert.equal(fieldOf({ ...record, id: null }), 'id')
    assert.equal(fieldOf({ ...record, time: 'then' }, { time: 'time' }), 'time')
    assert.equal(fieldOf({ ...record, version: {} }), 'version')
    assert.equal(fieldOf({ ...record, features: { amount: 'much' } }), 'features.amount')
    assert.equal(fieldOf({ ...record, out: { p: {} } }, { score: 'out.p' }), 'out.p')
    assert.equal(fieldOf([]), undefined)
  })

  test('what the language itself gives every object is no member of a record', () => {
    const result = decode({ ...record, features: {} })
    assert.deepEqual(result.kind === 'row' && result.row.values, [
      undefined,
      undefined,
      undefined,
      0.25,
    ])
  })

  test("another model's record is foreign, however broken the rest is", () => {
    assert.deepEqual(decode({ model: 'other' }), { kind: 'foreign' })
  })

  test('numbers that JSON does not have are spelled, other text makes the record bad', () => {
    for (const amount of ['NaN', 'Infinity', '-Infinity']) {
      assert.equal(decode({ ...record, features: { amount } }).kind, 'row')
    }
    assert.match(reason({ features: { amount: '12' } }), /amount holds text/)
    assert.match(reason({ features: { 'plan.name': {} } }), /plan.name is no single value/)
    assert.match(reason({ score: [] }), /no single value/)
  })

  test('an id and a believable time are needed', () => {
    assert.match(reason({ id: null }), /no prediction id/)
    for (const time of [undefined, null, 'soon', '2026-01-01T00:00:00', {}, 'Z']) {
      assert.match(reason({ time }), /cannot be read/)
    }
    assert.match(reason({ time: '1989-12-31T23:59:59Z' }), /before 1990/)
    assert.match(reason({ time: 1e300 }), /more than a day after/)
    assert.match(reason({ time: '2026-01-03T00:00:00.001Z' }), /more than a day after/)
    assert.equal(decode({ ...record, time: '2026-01-03T00:00:00Z' }).kind, 'row')
  })

  test('a log without broker times bounds event times only from below', () => {
    assert.equal(decode(record, {}, -1).kind, 'row')
  })

  test('a version that no table can hold makes the record bad', () => {
    for (const version of ['\0', '\ud800', 'v'.repeat(201), { major: 1 }]) {
      assert.match(reason({ version }), /version/)
    }
  })
})
