import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equalGroups, joined, joinedEqually, poolCategories } from '../../statistics/pool-cells.ts'
import { total } from '../../statistics/total.ts'
import { mulberry32, shuffle } from '../support/mulberry32.ts'

test('rare categories are joined with each other, common ones stay alone', () => {
  assert.deepEqual(poolCategories([100, 1, 50, 2, 1, 3], [100, 0, 50, 2, 1, 4]), {
    reference: [7, 50, 100],
    current: [7, 50, 100],
  })
})

test('rare ones that are too few go to a rare cell before them, else to the smallest category', () => {
  const few = poolCategories([100, 3, 3, 40, 2], [100, 3, 3, 40, 1])
  assert.deepEqual(few, { reference: [8, 40, 100], current: [7, 40, 100] })
  assert.deepEqual(poolCategories([100, 40, 1], [100, 40, 1]), {
    reference: [41, 100],
    current: [41, 100],
  })
})

test('pooled categories keep every row, hold enough, and do not depend on their order', () => {
  const next = mulberry32(8)
  for (let trial = 0; trial < 100; trial++) {
    const pairs = Array.from({ length: 60 }, () => {
      const size = next() ** 3
      return [Math.floor(next() * 200 * size), Math.floor(next() * 40 * size)] as [number, number]
    })
    const pool = (list: readonly [number, number][]) =>
      poolCategories(
        list.map(([before]) => before),
        list.map(([, now]) => now),
      )
    const pooled = pool(pairs)
    const [n, m] = [total(pooled.reference), total(pooled.current)]
    assert.equal(n, total(pairs.map(([before]) => before)))
    assert.equal(m, total(pairs.map(([, now]) => now)))
    for (const [i, count] of pooled.reference.entries()) {
      assert.ok(((count + pooled.current[i]!) * Math.min(n, m)) / (n + m) >= 5 - 1e-9)
    }
    const sorted = ({ reference, current }: ReturnType<typeof pool>) =>
      reference.map((count, i) => `${count} ${current[i]}`).sort()
    assert.deepEqual(sorted(pool(shuffle([...pairs], next))), sorted(pooled))
  }
})

test('nothing is left to compare where no category is common enough', () => {
  assert.deepEqual(poolCategories([1, 1, 1], [1, 0, 1]), { reference: [], current: [] })
})

test('neighbours are grouped in their order, evenly, and never too thinly', () => {
  const next = mulberry32(9)
  for (let trial = 0; trial < 100; trial++) {
    const weights = Array.from({ length: 100 }, () => Math.floor(next() ** 4 * 50))
    const groups = equalGroups(weights, 10, 20)
    assert.ok(groups.every((group, i) => group - (groups[i - 1] ?? 0) <= 1))
    assert.ok(groups.every((group, i) => i === 0 || group >= groups[i - 1]!))
    const { reference } = joined(weights, weights, groups)
    assert.ok(reference.length <= 10 && reference.every((rows) => rows >= 20))
    assert.equal(total(reference), total(weights))
  }
  assert.deepEqual([...equalGroups(Array(12).fill(10), 4, 5)], [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
})

test('counts are joined in one pass as over the groups themselves, also where rows are left over', () => {
  const next = mulberry32(10)
  let leftOver = 0
  for (let trial = 0; trial < 200; trial++) {
    const cells = Math.floor(next() * 60)
    const draw = () => Float64Array.from({ length: cells }, () => Math.floor(next() ** 3 * 40))
    const [reference, current] = [draw(), draw()]
    const weights = trial % 2 === 0 ? reference : reference.map((count, i) => count + current[i]!)
    const groups = equalGroups(weights, 8, 25)
    assert.deepEqual(
      joinedEqually(reference, current, weights, 8, 25),
      joined(reference, current, groups),
    )
    if (total(weights) > 0 && (weights.at(-1) ?? 0) < 25 && groups.at(-1) !== 0) leftOver++
  }
  assert.ok(leftOver > 50, String(leftOver))
})
