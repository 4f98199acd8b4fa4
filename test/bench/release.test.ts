import assert from 'node:assert/strict'
import { test } from 'node:test'
import { releasePicture } from '../../bench/release/picture.ts'
import { type Outcome, simulate } from '../../bench/release/simulate.ts'
import { ways } from '../../bench/release/ways.ts'
import { candidates, minuteOf, usual } from '../../bench/release/world.ts'
import { brokenPromise, outcomesText } from '../../bench/release.ts'
import { seededRandom } from '../../statistics/seeded-random.ts'

const simulation = { runs: 12, minutes: 30, seed: 2, perMinute: 600, percent: 10 }
const outcomesOf = (name: string): Outcome[] => {
  const candidate = candidates.find((one) => one.name === name)
  assert.ok(candidate !== undefined)
  return simulate(candidate, ways, simulation)
}
const good = outcomesOf('as good')
const bad = outcomesOf('errors +5 points')
const of = (outcomes: readonly Outcome[], way: string) =>
  outcomes.find((one) => one.way === way) as Outcome

test('the sequential test stops the bad one and lets the good one be; narrow thresholds stop both', () => {
  assert.equal(of(good, 'sequential').stopped, 0)
  assert.ok(of(good, 'sequential').healthy > 0.7)
  assert.ok(of(bad, 'sequential').stopped > 0.7)
  assert.equal(of(bad, 'sequential').healthy, 0)
  // With one failure in a hundred half of all minutes have a failure in sixty: five of them come soon.
  assert.ok(of(good, 'thresholds 99 %').stopped > 0.7)
  assert.ok(of(bad, 'thresholds 99 %').stopped > 0.7)
})

test('nothing is stopped by us below the minimum of requests', () => {
  for (const { requests } of [of(bad, 'sequential'), of(bad, 'sequential, strict')]) {
    assert.ok((requests ?? 0) >= 500)
  }
})

test('a broken promise is told, and only of a good candidate', () => {
  assert.equal(brokenPromise([...good, ...bad]), null)
  const often = { ...of(good, 'sequential'), stopped: 0.5, runs: 400 }
  assert.equal(brokenPromise([often]), often)
})

test('a minute has the means of its version', () => {
  const { tally } = minuteOf(usual, 40_000, seededRandom(1))
  // Four standard errors of each: 1 / 50 of its mean, and a tenth of a share of 0.01 and more.
  assert.ok(Math.abs(tally.latency.sum / 40_000 - usual.ms) < usual.ms / 50)
  assert.ok(Math.abs(tally.losses.sum / 40_000 - usual.loss) < usual.loss / 50)
  assert.ok(Math.abs(tally.failures / 40_000 - usual.errors) < 0.002)
})

test('table and picture name every way and every candidate', () => {
  const text = outcomesText(good)
  const drawn = releasePicture([...good, ...bad], simulation)
  for (const { name } of ways) {
    assert.ok(text.includes(name))
    assert.ok(drawn.includes(name))
  }
  assert.ok(drawn.includes('errors +5 points') && drawn.includes('as good'))
})
