import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approvalSettings } from '../../contracts/approval-settings.ts'
import { rulesOf } from '../../contracts/gate-rules.ts'
import { localTimeIn } from '../../formats/local-time.ts'
import { freezeAt, thawPauseMs } from '../../policies/freeze.ts'

const hour = 3_600_000
const gate = {
  freeze: [{ from: 'fri 16:00', until: 'mon 08:00', reason: 'weekend' }],
  quietHours: [],
}
const freeze = [{ from: '2026-07-06T08:00:00Z', until: '2026-07-07T00:00:00Z', reason: 'audit' }]
const rulesWith = (approval: object) =>
  rulesOf(
    { gate, people: {} },
    { critical: true, owners: [], approval: approvalSettings.parse(approval) },
  )
const rules = { m: rulesWith({ freeze }), other: rulesWith({}) }
const frozen = (model: 'm' | 'other', at: string) =>
  freezeAt(rules[model].freeze, Date.parse(at), localTimeIn)

test('freezes of the environment and of the model hold together, and say why', () => {
  assert.deepEqual(frozen('m', '2026-07-04T10:00:00Z'), {
    until: '2026-07-07T00:00:00.000Z',
    reasons: ['weekend', 'audit'],
  })
  assert.deepEqual(frozen('other', '2026-07-04T10:00:00Z'), {
    until: '2026-07-06T08:00:00.000Z',
    reasons: ['weekend'],
  })
  assert.equal(frozen('other', '2026-07-06T09:00:00Z'), null)
})

test('a freeze is asked about again when it ends, every hour in its last day, and seldom in months', () => {
  assert.equal(thawPauseMs(5_000, 0), 5_000)
  assert.equal(thawPauseMs(20 * hour, 0), hour)
  assert.equal(thawPauseMs(2_400 * hour, 0), 100 * hour)
  assert.equal(thawPauseMs(0, 5_000), 1_000)
})

test('a freeze of three months takes no more than some two hundred looks', () => {
  let looks = 0
  for (let nowMs = 0; nowMs < 90 * 24 * hour; looks++) nowMs += thawPauseMs(90 * 24 * hour, nowMs)
  assert.ok(looks < 200, `${looks}`)
})
