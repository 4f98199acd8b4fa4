import assert from 'node:assert/strict'
import { test } from 'node:test'
import { healthSchema } from '../../contracts/rollout.ts'
import { healthSettings } from '../../contracts/rollout-settings.ts'
import { type ArmTally, nothingSummed, type StepSums } from '../../contracts/rollout-sums.ts'
import { judgeHealth } from '../../policies/rollout-health.ts'

const alike = { state: 'alike' as const, reason: 'asked alike' }
const until = '2026-01-01T00:00:00.000Z'
const settings = healthSettings.parse({})

/** An arm whose times are those of an exponential law: mean and standard deviation are equal. */
const arm = (requests: number, failures: number, ms = 20): ArmTally => ({
  ...nothingSummed.stable,
  ...{ requests, failures },
  latency: { n: requests, sum: requests * ms, squares: 2 * requests * ms ** 2 },
})

const step = (stable: ArmTally, candidate: ArmTally, errorsLogged = true): StepSums => ({
  ...nothingSummed,
  ...{ stable, candidate, errorsLogged },
})

function judged(
  sums: StepSums,
  more: Partial<typeof settings> = {},
  steps = 3,
  inputs: Parameters<typeof judgeHealth>[0]['inputs'] = alike,
) {
  const health = judgeHealth({ sums, inputs, until }, { ...settings, ...more }, { steps })
  return healthSchema.parse(health)
}

const stateOf = (health: ReturnType<typeof judged>, measure: string) =>
  health.measures.find((one) => one.measure === measure)?.state

test('nothing read is not enough, whatever else is known', () => {
  const health = judged(nothingSummed)
  assert.equal(health.state, 'NOT_ENOUGH_DATA')
  assert.match(health.reason, /^0 of at least 500 answers/)
})

test('below the minimum nothing is judged, however bad it looks', () => {
  assert.equal(judged(step(arm(5_000, 0), arm(499, 499))).state, 'NOT_ENOUGH_DATA')
  assert.equal(judged(step(arm(5_000, 0), arm(500, 500))).state, 'UNHEALTHY')
})

test('without answers of the version in place there is nothing to hold against', () => {
  assert.equal(judged(step(arm(0, 0), arm(5_000, 5_000))).state, 'NOT_ENOUGH_DATA')
})

test('a candidate like the version in place becomes healthy with enough requests', () => {
  assert.equal(judged(step(arm(5_400, 54), arm(600, 6))).state, 'NOT_ENOUGH_DATA')
  const health = judged(step(arm(27_000, 270), arm(3_000, 30)))
  assert.equal(health.state, 'HEALTHY')
  assert.equal(stateOf(health, 'inputs'), 'HEALTHY')
})

test('the number of requests that it says are needed is about right', () => {
  const early = judged(step(arm(5_400, 54), arm(600, 6)))
  const more = Number(/about (\d+) more/.exec(early.reason)?.[1])
  const scaled = (factor: number) =>
    judged(step(arm(5_400 * factor, 54 * factor), arm(600 * factor, 6 * factor)))
  assert.ok(more > 0, early.reason)
  assert.equal(scaled(1 + (1.3 * more) / 600).state, 'HEALTHY')
  assert.equal(scaled(1 + (0.5 * more) / 600).state, 'NOT_ENOUGH_DATA')
})

test('more failures than tolerated are unhealthy, fewer are not', () => {
  assert.equal(judged(step(arm(9_000, 90), arm(1_000, 90))).state, 'UNHEALTHY')
  // Two points worse are tolerated.
  assert.equal(judged(step(arm(180_000, 1_800), arm(20_000, 500))).state, 'HEALTHY')
})

test('slow answers are unhealthy by themselves', () => {
  const health = judged(step(arm(90_000, 900), arm(10_000, 100, 36)))
  assert.equal(health.state, 'UNHEALTHY')
  assert.equal(stateOf(health, 'errors'), 'HEALTHY')
  assert.match(health.reason, /its answers take 36 ms, those of the version in place 20 ms/)
})

test('versions that were asked differently are never compared', () => {
  const different = { state: 'different' as const, reason: 'amount was other' }
  for (const failures of [30, 3_000]) {
    const health = judged(step(arm(27_000, 270), arm(3_000, failures)), {}, 3, different)
    assert.equal(health.state, 'NOT_ENOUGH_DATA')
    assert.match(health.reason, /amount was other/)
  }
  assert.equal(
    judged(step(arm(27_000, 270), arm(3_000, 30)), { inputs: false }, 3, different).state,
    'HEALTHY',
  )
})

test('what the log does not hold is not judged, and said', () => {
  const times = judged(step(arm(27_000, 0), arm(3_000, 0), false))
  assert.equal(times.state, 'HEALTHY')
  assert.equal(stateOf(times, 'errors'), undefined)
  assert.match(times.reason, /not in the log: errors/)
  const none = nothingSummed.stable.latency
  const bare = { ...arm(27_000, 0), latency: none }
  const nothing = judged(step(bare, { ...bare, requests: 3_000 }, false))
  assert.equal(nothing.state, 'NOT_ENOUGH_DATA')
  assert.match(nothing.reason, /log\.paths\.error/)
})

test('a loss that was asked for holds a step until labels came', () => {
  const sums = step(arm(27_000, 270), arm(3_000, 30))
  assert.equal(judged(sums, { loss: 0.05 }).state, 'NOT_ENOUGH_DATA')
  const losses = (n: number, mean: number) => ({ n, sum: n * mean, squares: 2 * n * mean ** 2 })
  const labelled = (mean: number) =>
    step(
      { ...sums.stable, losses: losses(20_000, 0.1) },
      { ...sums.candidate, losses: losses(3_000, mean) },
    )
  assert.equal(judged(labelled(0.1), { loss: 0.05 }).state, 'HEALTHY')
  assert.equal(judged(labelled(0.2), { loss: 0.05 }).state, 'UNHEALTHY')
})

test('a mean score that is other in either direction is unhealthy', () => {
  const scores = (n: number, mean: number) => ({
    n,
    sum: n * mean,
    squares: n * (mean ** 2 + 0.04),
  })
  const at = (mean: number) => {
    const { stable, candidate, ...rest } = step(arm(27_000, 270), arm(3_000, 30))
    return judged(
      {
        ...rest,
        stable: { ...stable, scores: scores(27_000, 0.5) },
        candidate: { ...candidate, scores: scores(3_000, mean) },
      },
      { predictions: 0.05 },
    ).state
  }
  assert.deepEqual([0.4, 0.5, 0.6].map(at), ['UNHEALTHY', 'HEALTHY', 'UNHEALTHY'])
})

test('more steps leave each of them less of the risk', () => {
  const sums = step(arm(9_000, 90), arm(1_000, 57))
  const low = (steps: number) => judged(sums, {}, steps).measures[0]?.worse?.low as number
  assert.ok(low(1) > low(4) && low(4) > low(20))
})
