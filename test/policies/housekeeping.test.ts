import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Need, PartPlace } from '../../contracts/storage.ts'
import { choresOf, type Rules, signatureOf } from '../../policies/housekeeping.ts'

const hour = 3_600_000

const part = (bucket: number, more: Partial<PartPlace> = {}): PartPlace => ({
  number: null,
  bucketMs: bucket * hour,
  untilMs: (bucket + 1) * hour,
  version: '1',
  segment: '',
  reach: [{ partition: 0, from: BigInt(bucket * 10), to: BigInt(bucket * 10 + 10), rows: 10 }],
  repair: 0,
  bytes: 100,
  sampled: false,
  readAtMs: bucket * hour,
  lifted: false,
  ...more,
})

const rules: Rules = {
  named: [],
  needs: [],
  floorMs: 1_000 * hour,
  partsBeforeMs: 0,
  samplesBeforeMs: 0,
}

const need = (from: number, start: number, end: number): Need => ({
  fromMs: from * hour,
  startMs: start * hour,
  endMs: end * hour,
  readFromMs: end * hour,
  readToMs: end * hour,
  samples: true,
  outOfOrder: false,
})

const sizes = (chores: ReturnType<typeof choresOf>) =>
  chores.map(({ kind, parts }) => [kind, parts.length])

test('buckets of a slot that nobody needs become one, and rolled up once they stay so', () => {
  const slot = [part(0), part(1), part(1, { version: '2' }), part(2, { number: '7' })]
  assert.deepEqual(sizes(choresOf(slot, rules)), [
    ['merge', 3],
    ['merge', 1],
  ])
  const rolledUp = part(0, { number: '8', untilMs: 3 * hour })
  assert.deepEqual(choresOf([rolledUp], rules), [])
})

test('where a kept verdict needs one bucket, every bucket of the slot keeps its size', () => {
  const slot = [part(0), part(0), part(1)]
  const chores = choresOf(slot, { ...rules, needs: [need(1, 1, 2)] })
  assert.deepEqual(sizes(chores), [
    ['merge', 2],
    ['merge', 1],
  ])
})

test('windows to come keep their buckets', () => {
  assert.deepEqual(sizes(choresOf([part(0), part(1)], { ...rules, floorMs: 1.5 * hour })), [
    ['merge', 1],
    ['merge', 1],
  ])
})

test('a cut that a kept verdict names is never merged across, nor a repair after it', () => {
  const cut = {
    ...{ cut: new Map([[0, 10n]]), repairs: 0, began: new Map<number, bigint>() },
    ...{ takenAtMs: 0, judgedAtMs: hour },
  }
  const reach = (from: number, to: number, partition = 0) => ({
    reach: [{ partition, from: BigInt(from), to: BigInt(to), rows: 1 }],
  })
  const slot = [
    part(0, reach(0, 5)),
    part(0, reach(5, 10)),
    part(0, reach(10, 20)),
    part(0, { ...reach(0, 5), repair: 1 }),
    part(0, reach(0, 5, 1)),
  ]
  const chores = choresOf(slot, { ...rules, needs: [need(0, 0, 1)], named: [cut] })
  assert.deepEqual(sizes(chores), [
    ['merge', 2],
    ['merge', 3],
  ])
  const later = { ...cut, takenAtMs: 9 * hour, judgedAtMs: 9 * hour }
  const needs = [need(0, 0, 1)]
  assert.deepEqual(sizes(choresOf(slot, { ...rules, needs, named: [later] })), [['merge', 5]])
  const signatures = slot.map((one) => signatureOf(one, [cut]))
  assert.equal(new Set(signatures.slice(0, 2)).size, 1)
  assert.equal(
    new Set(signatures.slice(2)).size,
    1,
    'a partition that the cut does not name is above it',
  )
})

test('a part that was read on the way to a kept verdict is needed by it, as a late row', () => {
  const late = part(0, { readAtMs: 50 * hour })
  const needs = [{ ...need(48, 49, 50), readFromMs: 49 * hour, readToMs: 50.5 * hour }]
  const chores = choresOf([late, part(1)], { ...rules, needs, partsBeforeMs: 900 * hour })
  assert.deepEqual(sizes(chores), [
    ['merge', 1],
    ['lift', 1],
  ])
})

test('what was read long ago is lifted where nobody needs it, segments before all rows', () => {
  const slot = [part(0), part(0, { segment: 'a=b' }), part(1), part(2, { readAtMs: 99 * hour })]
  const chores = choresOf(slot, { ...rules, partsBeforeMs: 50 * hour })
  assert.deepEqual(
    chores.map(({ kind, parts }) => [kind, ...new Set(parts.map(({ segment }) => segment))]),
    [
      ['lift', 'a=b'],
      ['lift', ''],
      ['merge', ''],
    ],
  )
  const tombstone = part(0, { number: '1', lifted: true, version: '' })
  assert.deepEqual(choresOf([tombstone], rules), [])
})

test('samples go where no kept verdict depends on them', () => {
  const slot = [part(0, { number: '1', sampled: true }), part(1, { number: '2', sampled: true })]
  const drop: Rules = { ...rules, samplesBeforeMs: 900 * hour, floorMs: 500 * hour }
  const kept = { ...need(0, 1, 2), samples: false }
  assert.deepEqual(sizes(choresOf(slot, { ...drop, needs: [need(0, 1, 2)] })), [
    ['drop samples', 1],
  ])
  assert.deepEqual(sizes(choresOf(slot, { ...drop, needs: [kept] })), [['drop samples', 2]])
})

test('parts of a window that was planned after later ones stay as they were read', () => {
  const needs = [{ ...need(0, 0, 1), outOfOrder: true }]
  assert.deepEqual(sizes(choresOf([part(0), part(0), part(1)], { ...rules, needs })), [
    ['merge', 1],
  ])
})
