import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stormSettings } from '../../contracts/fleet-settings.ts'
import { type AdmissionFacts, admit, stormPauseMs } from '../../policies/admission.ts'
import { canStorm, isStormOver, neededForStorm } from '../../policies/storm.ts'

const minute = 60_000
const nowMs = 1_000_000 * minute
const settings = stormSettings.parse({ models: 10, share: 0.5, settle: '5m' })
const iso = (timeMs: number) => new Date(timeMs).toISOString()

function facts(storm: Partial<AdmissionFacts['storm']>, changes: Partial<AdmissionFacts> = {}) {
  return {
    wish: { model: 'm', priority: 0, critical: true, sinceMs: nowMs, cost: 1 },
    ...{ byRule: true, freeze: null, spent: [], queue: [] },
    budgets: { model: undefined, fleet: undefined },
    storm: { settings, fleet: 20, breaching: ['m'], open: null, ...storm },
    ...changes,
  }
}
const many = Array.from({ length: 10 }, (_, index) => `model-${index}`)

test('so many models or a share of them are a storm, three at least', () => {
  for (const [fleet, needed] of [
    [2, 3],
    [4, 3],
    [10, 5],
    [20, 10],
    [1_000, 10],
  ] as const) {
    assert.equal(neededForStorm(fleet, settings), needed)
    assert.equal(canStorm(fleet, settings), fleet >= needed)
  }
  assert.equal(canStorm(1_000, { ...settings, watch: false }), false)
})

test('a storm is over when fewer than half of what makes one are still bad', () => {
  assert.deepEqual(
    [10, 6, 5, 4, 0].map((bad) => isStormOver(bad, 10)),
    [false, false, false, true, true],
  )
})

describe('a retraining that starts by itself', () => {
  test('waits first, to see whether others breach too', () => {
    const judged = admit(facts({}), nowMs)
    assert.ok(judged.outcome === 'parked')
    const { by, until, lookAt } = judged.parked
    const settled = iso(nowMs + 5 * minute)
    assert.deepEqual({ by, until, lookAt }, { by: 'settling', until: settled, lookAt: settled })
    assert.equal(admit(facts({}), nowMs + 5 * minute).outcome, 'admitted')
  })

  test('does not wait where the fleet is too small for a storm', () => {
    assert.equal(admit(facts({ fleet: 2, breaching: ['m', 'n'] }), nowMs).outcome, 'admitted')
  })

  test('is held where many breached at once, which begins a storm of them', () => {
    const judged = admit(facts({ breaching: many }), nowMs)
    assert.ok(judged.outcome === 'parked')
    assert.deepEqual(judged.storm, { models: many, needed: 10 })
    assert.equal(judged.parked.by, 'storm')
    assert.equal(judged.parked.lookAt, iso(nowMs + stormPauseMs))
    assert.match(judged.parked.reason, /^suspect upstream: 10 of 20 models breached within 1h/)
    assert.match(judged.parked.reason, /driftgate retrainings release/)
    const fewer = admit(facts({ breaching: many.slice(1) }), nowMs + 5 * minute)
    assert.equal(fewer.outcome, 'admitted')
  })

  test('is held while a storm holds, whether it belongs to it or not', () => {
    const open = { beganAtMs: nowMs - minute, models: 12, stillBad: 7 }
    const judged = admit(facts({ breaching: [], open }), nowMs + 60 * minute)
    assert.ok(judged.outcome === 'parked')
    assert.equal(judged.parked.by, 'storm')
    assert.equal(judged.storm, undefined)
    assert.match(judged.parked.reason, /12 models breached at once \(7 of them still bad\)/)
  })
})

test('a person passes a storm, which is on record, and waits for nothing to settle', () => {
  const open = { beganAtMs: nowMs, models: 12, stillBad: 12 }
  const judged = admit(facts({ open }, { byRule: false }), nowMs)
  assert.ok(judged.outcome === 'admitted')
  assert.match(judged.passed ?? '', /^suspect upstream: 12 models/)
  assert.equal(admit(facts({}, { byRule: false }), nowMs).outcome, 'admitted')
})
