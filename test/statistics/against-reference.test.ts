import assert from 'node:assert/strict'
import { test } from 'node:test'
import { againstReference } from '../../statistics/against-reference.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

/** Means of windows that vary by sampling and, all rows of one alike, by `between` more. */
function alarms(trials: number, windows: number, between: number, shift = 0): number {
  const next = mulberry32(71)
  const draw = () => ({ mean: normal(next, 0, Math.sqrt(0.01 + between)), variance: 0.01 })
  let found = 0
  for (let trial = 0; trial < trials; trial++) {
    const [first, second] = [draw(), draw()]
    const reference = { mean: (first.mean + second.mean) / 2, variance: 0.005, windows: 2 }
    const { mean, variance } = draw()
    const earlier = Array.from({ length: windows }, draw)
    if (againstReference(reference, earlier, { mean: mean + shift, variance }).p < 0.05) found++
  }
  return found
}

// Four standard errors of a share of 5 % in 4,000 trials.
const most = 200 + 56

test('by sampling alone it alarms as often as its level says, whether or not there are earlier windows', () => {
  const without = alarms(4_000, 0, 0)
  assert.ok(without <= most && without >= 200 - 56, `${without}`)
  const known = alarms(4_000, 20, 0)
  assert.ok(known <= most && known >= 50, `${known}`)
})

test('where windows vary more than by sampling, earlier ones keep the level, and without them it is lost', () => {
  for (const windows of [10, 30]) {
    const found = alarms(4_000, windows, 0.04)
    assert.ok(found <= most, `${found} with ${windows} windows before`)
  }
  assert.ok(alarms(4_000, 0, 0.04) > 3 * most)
})

test('a window that is far off is found, and its interval holds the shift', () => {
  assert.ok(alarms(400, 20, 0, 1) > 390)
  const reference = { mean: 0, variance: 0.0001, windows: 2 }
  const { difference, low, high, windows } = againstReference(reference, [], {
    ...{ mean: 0.3, variance: 0.0001 },
  })
  assert.ok(low < 0.3 && 0.3 < high && difference === 0.3 && windows === 0)
})

test('without any variance what is equal is equal, and what is not is not', () => {
  const none = { mean: 0.5, variance: 0, windows: 2 }
  assert.equal(againstReference(none, [], { mean: 0.5, variance: 0 }).p, 1)
  assert.equal(againstReference(none, [], { mean: 0.6, variance: 0 }).p, 0)
})
