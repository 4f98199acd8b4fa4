import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stormSettings } from '../../contracts/fleet-settings.ts'
import {
  type AdmissionFacts,
  admit,
  graceMs,
  longestPauseMs,
  type Queued,
  servedBefore,
} from '../../policies/admission.ts'

const day = 86_400_000
const nowMs = 100 * day
const iso = (timeMs: number) => new Date(timeMs).toISOString()
const wish = { model: 'm', priority: 0, critical: true, sinceMs: nowMs, cost: 2 }
const queued = (model: string, changes: Partial<Queued> = {}): Queued => ({
  ...{ ...wish, model, lookAtMs: nowMs, sinceMs: nowMs - day },
  ...changes,
})
const facts = (changes: Partial<AdmissionFacts> = {}): AdmissionFacts => ({
  ...{ wish, byRule: true, freeze: null, spent: [], queue: [] },
  budgets: { model: undefined, fleet: undefined },
  storm: { settings: stormSettings.parse({}), fleet: 1, breaching: ['m'], open: null },
  ...changes,
})
const ran = (model: string, daysAgo: number, cost = 2) => ({
  ...{ model, cost },
  atMs: nowMs - daysAgo * day,
})
const per = 30 * day

function parked(changes: Partial<AdmissionFacts>) {
  const judged = admit(facts(changes), nowMs)
  assert.ok(judged.outcome === 'parked', 'it was admitted')
  return judged.parked
}

test('without budgets and freezes everything starts', () => {
  assert.deepEqual(admit(facts(), nowMs), { outcome: 'admitted', passed: null })
})

test('a freeze puts off what a rule wants, and is on record where a person asked', () => {
  const freeze = { until: iso(nowMs + day), reasons: ['year end'] }
  const { by, until, reason } = parked({ freeze })
  assert.deepEqual({ by, until }, { by: 'freeze', until: freeze.until })
  assert.match(reason, /frozen until .* \(year end\)/)
  const judged = admit(facts({ freeze, byRule: false }), nowMs)
  assert.ok(judged.outcome === 'admitted')
  assert.match(judged.passed ?? '', /frozen until .* \(year end\)/)
})

test('the budget of a model counts its own runs only, and binds a person too', () => {
  const budgets = { model: { runs: 2, per }, fleet: undefined }
  const others = [ran('m', 3), ran('other', 2), ran('other', 1)]
  assert.equal(admit(facts({ budgets, spent: others }), nowMs).outcome, 'admitted')
  const spent = [ran('m', 29), ran('m', 3)]
  for (const byRule of [true, false]) {
    const { by, until, reason } = parked({ budgets, spent, byRule })
    assert.deepEqual({ by, until }, { by: 'model-budget', until: iso(nowMs + day) })
    assert.match(reason, /of this model is spent \(2 of 2 runs in 4w2d\); the next may start at/)
  }
})

test('a wait of months is looked at again after hours: the budget may be raised meanwhile', () => {
  const spent = [ran('m', 1)]
  const { until, lookAt } = parked({
    ...{ spent, budgets: { model: { runs: 1, per }, fleet: undefined } },
  })
  assert.equal(until, iso(nowMs + 29 * day))
  assert.equal(lookAt, iso(nowMs + longestPauseMs))
})

test('a run that costs more than the whole budget says so and is not tried hot', () => {
  const { until, lookAt, reason } = parked({
    budgets: { model: undefined, fleet: { cost: 1, per } },
  })
  assert.equal(until, null)
  assert.equal(lookAt, iso(nowMs + longestPauseMs))
  assert.match(reason, /never has room for this one; raise the budget/)
})

test('priority comes first, then critical models, then the longest wait', () => {
  const queue = [
    queued('higher', { priority: 1, critical: false, sinceMs: nowMs }),
    queued('lower', { priority: -1 }),
    queued('not-critical', { critical: false }),
    queued('longer', { sinceMs: nowMs - 1 }),
    queued('shorter', { sinceMs: nowMs + 1 }),
  ]
  const before = servedBefore({ wish, queue }, nowMs).map(({ model }) => model)
  assert.deepEqual(before, ['higher', 'longer'])
})

test('of two that wait for one run the one that comes first gets it, whoever asks first', () => {
  const budgets = { model: undefined, fleet: { runs: 2, per } }
  const spent = [ran('x', 10), ran('y', 31)]
  const urgent = queued('urgent', { priority: 5 })
  const { by, lookAt, reason, until } = parked({ budgets, spent, queue: [urgent] })
  assert.equal(by, 'fleet-budget')
  assert.match(reason, /urgent comes first/)
  // The next run is possible when the run of x is 30 days ago; the urgent one may also not come.
  assert.equal(until, iso(nowMs + 20 * day))
  assert.equal(lookAt, iso(nowMs + graceMs))
  const mine = { ...facts({ budgets, spent, queue: [queued('m2')] }), wish: urgent }
  assert.equal(admit(mine, nowMs).outcome, 'admitted')
})

test('whoever comes first and does not come is waited for once', () => {
  const budgets = { model: undefined, fleet: { runs: 1, per } }
  const gone = queued('gone', { priority: 5, lookAtMs: nowMs - graceMs })
  assert.equal(admit(facts({ budgets, queue: [gone] }), nowMs).outcome, 'admitted')
})

test('nobody looks again at once, however close the time is', () => {
  const spent = [{ model: 'm', cost: 1, atMs: nowMs - per + 1 }]
  const { lookAt } = parked({ spent, budgets: { model: { runs: 1, per }, fleet: undefined } })
  assert.equal(lookAt, iso(nowMs + 1_000))
})
