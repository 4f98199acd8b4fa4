import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { joinHalves, type Pair, type StoredHalf } from '../../policies/pairs.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const delayMs = 100
const half = (changes: Partial<StoredHalf>): StoredHalf => ({
  ...{ half: 'request', partition: 0, offset: 0n, place: 0, since: 1, timeMs: 0, version: '1' },
  ...{ values: '[1]', digest: null, ...changes },
})
const request = (changes: Partial<StoredHalf> = {}) => half(changes)
const response = (changes: Partial<StoredHalf> = {}) =>
  half({ half: 'response', offset: 1n, timeMs: 50, values: '[0.5]', ...changes })

const sizes = (halves: StoredHalf[], join = 1) => {
  const { pairs, counted, matched, repeated } = joinHalves(halves, join, delayMs)
  return [pairs, counted, matched, repeated].map(({ length }) => length)
}

describe('the halves of one id', () => {
  test('are a row when both are there, at the join that sees the second', () => {
    assert.deepEqual(sizes([request()]), [0, 1, 0, 0])
    assert.deepEqual(sizes([request(), response({ since: 2 })], 2), [1, 1, 2, 0])
    assert.deepEqual(sizes([request(), response()], 2), [0, 0, 0, 0])
  })

  test('belong together up to the delay, whichever is first', () => {
    for (const timeMs of [-100, 0, 100]) {
      assert.deepEqual(sizes([request(), response({ timeMs })]), [1, 2, 2, 0], String(timeMs))
    }
    for (const timeMs of [-101, 101]) {
      assert.deepEqual(sizes([request(), response({ timeMs })]), [0, 2, 0, 0], String(timeMs))
    }
  })

  test('that come again count once, wherever they came', () => {
    const again = [request({ offset: 5n }), request({ partition: 1 })]
    assert.deepEqual(sizes([request(), response(), ...again]), [1, 2, 2, 2])
    assert.deepEqual(
      sizes([request(), response(), ...again.map((one) => ({ ...one, since: 2 }))], 2),
      [0, 0, 0, 2],
    )
    const slower = response({ partition: 1, timeMs: 60 })
    assert.deepEqual(sizes([request(), response(), slower]), [1, 3, 3, 0], 'the same row')
  })

  test('of one partition with another content count as the first says', () => {
    const { pairs } = joinHalves(
      [request({ offset: 7n, values: '[2]' }), request({ offset: 3n }), response()],
      1,
      delayMs,
    )
    assert.deepEqual(
      pairs.map((pair) => pair.request.values),
      ['[1]'],
    )
  })

  test('are other predictions under the same id once the delay has passed', () => {
    const later = { timeMs: 1_000 }
    const halves = [request(), response(), request({ ...later, offset: 2n })]
    assert.deepEqual(sizes([...halves, response({ ...later, offset: 3n })]), [2, 4, 4, 0])
  })

  test('never become more rows than partitions allow, however often one id is used', () => {
    const many = Array.from({ length: 3_000 }, (_, i) =>
      half({
        half: i % 2 === 0 ? 'request' : 'response',
        ...{ partition: i % 3, offset: BigInt(i), timeMs: i % 50, values: `[${i}]` },
      }),
    )
    const { pairs, repeated } = joinHalves(many, 1, delayMs)
    assert.ok(pairs.length <= 9 && repeated.length >= 2_990)
  })
})

test('whatever the joins on the way were, they come to what one join of all halves comes to', () => {
  const next = mulberry32(3)
  const below = (n: number) => Math.floor(next() * n)
  let rows = 0
  for (let round = 0; round < 2_000; round++) {
    const halves = Array.from({ length: 1 + below(9) }, (_, i) =>
      half({
        half: next() < 0.5 ? 'request' : 'response',
        ...{ partition: below(3), offset: BigInt(i), timeMs: below(40) * 10 },
        ...{ version: String(below(2)), values: `[${below(2)}]` },
      }),
    )
    // Of each partition, joins see what lies below an offset that only grows.
    const joins = 1 + below(4)
    const cuts = [0, 1, 2].map(() => Array.from({ length: joins - 1 }, () => below(10)).sort())
    const seen = halves.map((one) => ({
      ...one,
      since: 1 + cuts[one.partition]!.filter((cut) => cut <= one.offset).length,
    }))
    const steps = Array.from({ length: joins }, (_, i) =>
      joinHalves(
        seen.filter(({ since }) => since <= i + 1),
        i + 1,
        delayMs,
      ),
    )
    const whole = joinHalves(halves, 1, delayMs)
    rows += whole.pairs.length
    assert.deepEqual(
      steps.flatMap(({ pairs }) => pairs.map(textOf)).sort(),
      whole.pairs.map(textOf).sort(),
    )
    for (const what of ['counted', 'matched', 'repeated'] as const) {
      const kinds = (list: readonly StoredHalf[]) => list.map((one) => one.half).sort()
      assert.deepEqual(kinds(steps.flatMap((step) => step[what])), kinds(whole[what]), what)
    }
  }
  assert.ok(rows > 2_000)
})

const textOf = ({ request, response }: Pair) =>
  [request.timeMs, request.version, request.values, response.version, response.values].join('/')
