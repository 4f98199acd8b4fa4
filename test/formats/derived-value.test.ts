import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnsOf } from '../../contracts/derived-feature.ts'
import { deriver } from '../../formats/derived-value.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

type Declared = Parameters<typeof columnsOf>[1]

/** Name of each derived value -> the value. */
function derived(declared: Declared, raw: unknown, eventMs = Number.NaN): Record<string, unknown> {
  const columns = columnsOf('x', declared)
  const values = deriver(columns.map(({ from }) => from!))(raw, eventMs)
  return Object.fromEntries(columns.map(({ name }, index) => [name, values[index]]))
}

test('a timestamp is compared by its hour, weekday, day, month and age', () => {
  const time = '2024-02-29T23:30:00+01:00'
  const event = Date.parse('2024-03-03T10:30:00Z')
  assert.deepEqual(derived({ type: 'timestamp' }, time, event), {
    'x.hour': 22,
    'x.weekday': 4,
    'x.day': 29,
    'x.month': 2,
    'x.age': 2.5,
  })
  assert.equal(derived({ type: 'timestamp', zone: 'Asia/Tokyo' }, time)['x.day'], 1)
  assert.equal(derived({ type: 'timestamp' }, time)['x.age'], null, 'no event time, no age')
  assert.deepEqual(
    derived({ type: 'timestamp' }, Date.parse(time)),
    derived({ type: 'timestamp' }, time),
  )
})

test('parts of a timestamp go round', () => {
  const cycles = columnsOf('x', { type: 'timestamp' }).map(({ cycle }) => cycle)
  assert.deepEqual(cycles, [24, 7, 31, 12, undefined])
})

test('a text is as long as its code points', () => {
  for (const [text, length] of [
    ['', 0],
    ['abc', 3],
    ['😀é', 2],
    ['\ud83d', 1],
    ['\ud83d\ud83d\ude00', 2],
    ['\ude00\ud83d', 2],
  ] as const) {
    assert.equal(derived({ type: 'text' }, text)['x.length'], length, JSON.stringify(text))
    assert.equal([...text].length, length)
  }
})

test('an embedding has its norm and each of its components', () => {
  assert.deepEqual(derived({ type: 'embedding', width: 3 }, [3, 0, -4]), {
    'x.norm': 5,
    'x.component-0': 3,
    'x.component-1': 0,
    'x.component-2': -4,
  })
  assert.equal(derived({ type: 'embedding', width: 2 }, [3e300, 4e300])['x.norm'], 5e300)
  assert.equal(derived({ type: 'embedding', width: 2 }, [3e-310, 4e-310])['x.norm'], 5e-310)
  assert.equal(derived({ type: 'embedding', width: 2 }, [0, 0])['x.norm'], 0)
  assert.equal(
    derived({ type: 'embedding', width: 2 }, [JSON.parse('1e999'), 1])['x.norm'],
    Infinity,
  )
})

test('projections keep lengths on average and are the same every time', () => {
  const declared = { type: 'embedding', width: 50, projections: 40 } as const
  const next = mulberry32(1)
  let ratio = 0
  for (let trial = 0; trial < 200; trial++) {
    const vector = Array.from({ length: 50 }, () => normal(next, 0, 1))
    const { 'x.norm': norm, ...projected } = derived(declared, vector) as Record<string, number>
    const values = Object.values(projected)
    assert.equal(values.length, 40)
    // A projection has the mean square |v|^2 / width over random signs.
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length
    ratio += (square * 50) / (norm! * norm!) / 200
  }
  assert.ok(
    Math.abs(ratio - 1) < 0.06,
    `mean square of projections is ${ratio} of what it should be`,
  )
  const unit = Array.from({ length: 50 }, (_, index) => (index === 7 ? 1 : 0))
  const signs = Object.values(derived(declared, unit)).slice(1)
  const expected = 1 / Math.sqrt(50)
  assert.ok(signs.every((sign) => Math.abs(sign as number) === expected))
  assert.ok(new Set(signs).size === 2, 'both signs occur')
})

test('a missing value is missing in everything that is derived of it', () => {
  for (const declared of [
    { type: 'timestamp' },
    { type: 'text' },
    { type: 'embedding', width: 2 },
  ] as const) {
    for (const raw of [null, undefined]) {
      assert.ok(Object.values(derived(declared, raw, 0)).every((value) => value === null))
    }
  }
})

test('a wrong value is an error that says what is wrong and where', () => {
  const vector = { type: 'embedding', width: 3 } as const
  const throws = (declared: Declared, raw: unknown, message: RegExp) =>
    assert.throws(() => derived(declared, raw), { message })
  throws(vector, [1, 2], /^x has 2 numbers where 3 belong$/)
  throws(vector, [1, 2, 3, 4], /^x has 4 numbers where 3 belong$/)
  throws(vector, [1, 'NaN', 3], /^x holds no number at position 1$/)
  throws(vector, [1, 2, null], /^x holds no number at position 2$/)
  for (const raw of [1, 'text', true, { 0: 1, 1: 2, 2: 3, length: 3 }]) {
    throws(vector, raw, /^x holds no array of numbers$/)
  }
  for (const raw of [5, true, ['a'], {}]) throws({ type: 'text' }, raw, /^x holds no text$/)
  for (const raw of ['soon', '2024-01-01', '2024-01-01T00:00:00', true, [], 1e300, '']) {
    throws({ type: 'timestamp' }, raw, /^x holds no time/)
  }
})
