import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FirstRow, type SentRow, tellRepetitions } from '../../policies/repetitions.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const withinMs = 100
const row = (changes: Partial<SentRow> = {}): SentRow => ({
  ...{ partition: 0, offset: 0n, place: 0, timeMs: 0, content: 'a', ...changes },
})

const sizes = (rows: SentRow[], known: FirstRow[] = []) => {
  const { counted, elsewhere, again, differing } = tellRepetitions(known, rows, withinMs)
  return [counted, elsewhere, again, differing].map(({ length }) => length)
}

describe('the rows of one id', () => {
  test('count once, whether they come again in their partition or in another one', () => {
    assert.deepEqual(sizes([row()]), [1, 0, 0, 0])
    assert.deepEqual(sizes([row(), row({ offset: 1n }), row({ partition: 1 })]), [1, 1, 1, 0])
    assert.deepEqual(sizes([row({ place: 1 }), row()]), [1, 0, 1, 0])
    const known = [row()]
    assert.deepEqual(sizes([row({ offset: 1n }), row({ partition: 1 })], known), [0, 1, 1, 0])
  })

  test('of another content are removed from a partition, count from another one, and are told', () => {
    const other = { content: 'b', timeMs: 10 }
    assert.deepEqual(sizes([row(), row({ ...other, offset: 1n })]), [1, 0, 1, 1])
    assert.deepEqual(sizes([row(), row({ ...other, partition: 1 })]), [2, 0, 0, 1])
    const { counted } = tellRepetitions(
      [],
      [row({ ...other, offset: 7n }), row({ offset: 3n })],
      withinMs,
    )
    assert.deepEqual(
      counted.map(({ content }) => content),
      ['a'],
      'the first by its offset',
    )
  })

  test('are other predictions once their event times are further apart', () => {
    const later = row({ offset: 1n, timeMs: 101 })
    assert.deepEqual(sizes([row(), later]), [2, 0, 0, 0])
    assert.deepEqual(sizes([row(), { ...later, timeMs: 100 }]), [1, 0, 1, 1])
  })

  test('never become more than partitions allow, however often one id is used', () => {
    const many = Array.from({ length: 30_000 }, (_, i) =>
      row({ partition: i % 3, offset: BigInt(i), timeMs: i % 90, content: String(i) }),
    )
    assert.deepEqual(sizes(many), [3, 0, 29_997, 29_999])
  })
})

test('whatever the steps on the way were, they come to what all rows at once come to', () => {
  const next = mulberry32(5)
  const below = (n: number) => Math.floor(next() * n)
  let removed = 0
  for (let round = 0; round < 2_000; round++) {
    const rows = Array.from({ length: 1 + below(12) }, (_, i) =>
      row({
        ...{ partition: below(3), offset: BigInt(i), timeMs: below(40) * 10 },
        content: String(below(2)),
      }),
    )
    // Of each partition, a step sees what lies below an offset that only grows.
    const steps = 1 + below(4)
    const cuts = [0, 1, 2].map(() =>
      Array.from({ length: steps - 1 }, () => below(13)).sort(byNumber),
    )
    const stepOf = ({ partition, offset }: SentRow) =>
      cuts[partition]!.filter((cut) => cut <= offset).length
    const known: FirstRow[] = []
    const found = { counted: [] as SentRow[], removed: 0 }
    for (let step = 0; step < steps; step++) {
      const seen = rows.filter((one) => stepOf(one) === step).toSorted(() => next() - 0.5)
      const { counted, elsewhere, again } = tellRepetitions(known, seen, withinMs)
      known.push(...counted, ...elsewhere)
      found.counted.push(...counted)
      found.removed += elsewhere.length + again.length
    }
    const whole = tellRepetitions([], rows, withinMs)
    assert.deepEqual(found.counted.map(textOf).sort(), whole.counted.map(textOf).sort())
    assert.equal(found.removed, whole.elsewhere.length + whole.again.length)
    assert.equal(found.counted.length + found.removed, rows.length)
    removed += found.removed
  }
  assert.ok(removed > 2_000)
})

const byNumber = (left: number, right: number) => left - right
/** What of a row a profile holds: not where it lies. */
const textOf = ({ timeMs, content }: SentRow) => `${timeMs}/${content}`
