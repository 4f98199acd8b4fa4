import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roomAt, type Spent } from '../../policies/retraining-budget.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const per = 1_000

test('a budget of runs has room until they are spent, and again when the oldest is a period ago', () => {
  const spent = [
    { atMs: 100, cost: 1 },
    { atMs: 400, cost: 1 },
  ]
  const need = { runs: 1, cost: 1 }
  assert.equal(roomAt({ runs: 3, per }, spent, need, 500), 500)
  assert.equal(roomAt({ runs: 2, per }, spent, need, 500), 1_100)
  assert.equal(roomAt({ runs: 2, per }, spent, { runs: 2, cost: 2 }, 500), 1_400)
  assert.equal(roomAt({ runs: 2, per }, spent, need, 1_100), 1_100)
})

test('a budget of cost waits for as many runs as the cost needs', () => {
  const spent = [
    { atMs: 100, cost: 2 },
    { atMs: 400, cost: 5 },
  ]
  assert.equal(roomAt({ cost: 10, per }, spent, { runs: 1, cost: 3 }, 500), 500)
  assert.equal(roomAt({ cost: 10, per }, spent, { runs: 1, cost: 5 }, 500), 1_100)
  assert.equal(roomAt({ cost: 10, per }, spent, { runs: 1, cost: 9 }, 500), 1_400)
})

test('what is more than the whole budget never has room', () => {
  assert.equal(roomAt({ cost: 10, per }, [], { runs: 1, cost: 11 }, 0), null)
  assert.equal(roomAt({ runs: 0, per }, [], { runs: 1, cost: 0 }, 0), null)
})

test('costs that add up to the budget fit in whatever order they are added', () => {
  const tenths = Array.from({ length: 9 }, (_, index) => ({ atMs: index, cost: 0.1 }))
  assert.equal(roomAt({ cost: 1, per }, tenths, { runs: 1, cost: 0.1 }, 10), 10)
})

test('whoever starts only when there is room is never over budget, in any span of a period', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = mulberry32(seed)
    const budget = { runs: 1 + Math.floor(next() * 4), cost: 3 + next() * 10, per }
    const spent: Spent[] = []
    let nowMs = 0
    for (let step = 0; step < 60; step++) {
      nowMs += Math.floor(next() * 400)
      const need = { runs: 1, cost: next() * 5 }
      const atMs = roomAt(budget, spent, need, nowMs)
      if (atMs === null) continue
      // It waits exactly as long as it has to: a moment earlier there is no room.
      if (atMs > nowMs) assert.notEqual(roomAt(budget, spent, need, atMs - 1), atMs - 1)
      nowMs = atMs
      spent.push({ atMs, cost: need.cost })
    }
    for (const { atMs } of spent) {
      const span = spent.filter((each) => each.atMs > atMs - per && each.atMs <= atMs)
      const cost = span.reduce((sum, each) => sum + each.cost, 0)
      assert.ok(span.length <= budget.runs, `seed ${seed}: ${span.length} runs`)
      assert.ok(cost <= budget.cost * (1 + 1e-9), `seed ${seed}: cost ${cost}`)
    }
    assert.ok(spent.length > 5, `seed ${seed} started only ${spent.length}`)
  }
})
