import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approvalSettings } from '../../contracts/approval-settings.ts'
import { type GateRules, placeOfModel, rulesOf } from '../../contracts/gate-rules.ts'
import { settlePolicy } from '../../policies/policy-settling.ts'

const surroundings = { nowMs: 0, claimed: false, handedTo: [] }
const gate = (approval: object, critical = true): GateRules =>
  rulesOf(
    { gate: { freeze: [], quietHours: [] }, people: {} },
    { critical, owners: [], approval: approvalSettings.parse(approval) },
  )
const [one, two, three] = [1, 2, 3].map((required) => gate({ required })) as [
  GateRules,
  GateRules,
  GateRules,
]
const byRule = gate({}, false)
const at = (rules: GateRules, place = 'm@champion') => ({ rules, place })
const settle = (
  applied: GateRules,
  own: GateRules | null,
  { there = [] as GateRules[], place = 'm@champion', stays = true } = {},
) => settlePolicy(at(applied, place), { own: own && at(own), stays, there }, surroundings)

test('the first policy of a model is in force', () => {
  assert.deepEqual(settle(one, null), {
    rules: one,
    change: { direction: 'same', differences: [] },
    waits: false,
  })
})

test('a tighter one comes into force, a looser one leaves the one in force as it is', () => {
  const tighter = settle(three, two)
  assert.deepEqual(
    [tighter.rules, tighter.waits, tighter.change.direction],
    [three, false, 'tighter'],
  )
  const looser = settle(one, two)
  assert.deepEqual([looser.rules, looser.waits, looser.change.direction], [two, true, 'looser'])
})

test('looser in one point and tighter in another waits with both', () => {
  const mixed = settle(gate({ required: 3, expiry: '30d' }), two)
  assert.deepEqual([mixed.rules, mixed.waits], [two, true])
})

test('where nobody is asked, whoever may apply decides', () => {
  const freeze = [{ from: '2020-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }]
  const ended = settle(byRule, gate({ freeze }, false))
  assert.deepEqual([ended.rules, ended.waits, ended.change.direction], [byRule, false, 'looser'])
  assert.equal(settle(byRule, one).waits, true)
  assert.deepEqual(settle(one, byRule).rules, one)
})

test('another name for the same place is judged by what protects it, which comes into force for it', () => {
  const renamed = settle(byRule, null, { there: [two] })
  assert.deepEqual([renamed.rules, renamed.waits], [two, true])
  assert.deepEqual(settle(three, null, { there: [two] }).rules, three)
})

test('a model that moves to a place is judged by both, one that stays only by its own', () => {
  const there = [two]
  const comes = settle(byRule, byRule, { there, place: 'other@champion' })
  assert.deepEqual([comes.rules, comes.waits], [two, true])
  assert.deepEqual(settle(byRule, byRule, { there }).waits, false)
  // One that was there first, went, and comes back after another was protected there.
  assert.deepEqual(settle(byRule, byRule, { there, stays: false }).rules, two)
  // The one that lets through no more than the other guards it.
  const strict = settle(one, two, { there: [three], place: 'other@champion' })
  assert.deepEqual(strict.rules, three)
})

test('a place is the registered model and its alias, whatever the model is called here', () => {
  assert.equal(placeOfModel('m', { registry: { alias: 'champion' } }), 'm@champion')
  assert.equal(placeOfModel('n', { registry: { name: 'm', alias: 'champion' } }), 'm@champion')
})
