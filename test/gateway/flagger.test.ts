import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RolloutView } from '../../contracts/rollout.ts'
import { heldBack } from '../../gateway/flagger.ts'

const stage = (kind: 'share' | 'confirm', state: 'done' | 'now' | 'to come') => ({
  ...{ kind, state, title: kind, since: null, until: null },
})
const rollout: RolloutView = {
  ...{ sentence: '', stable: '1', candidate: '2', paused: null, health: null, moves: [] },
  stages: [stage('share', 'now'), stage('confirm', 'to come')],
}
const promoting = { state: 'promoting', freeze: null, rollout } as const

test('a version that moves by its steps is not held back', () => {
  assert.equal(heldBack(promoting), null)
  assert.equal(heldBack({ state: 'promoting' }), null)
  assert.equal(heldBack({ ...promoting, state: 'promoted' }), null)
})

test('a person who paused it, or is asked to confirm a step, holds it back; so does a freeze', () => {
  const paused = { by: 'ada', reason: 'the report looks odd' }
  const byPerson = heldBack({ ...promoting, rollout: { ...rollout, paused } })
  assert.equal(byPerson, 'paused by ada: the report looks odd')
  const stages = [stage('share', 'done'), stage('confirm', 'now')]
  assert.match(heldBack({ ...promoting, rollout: { ...rollout, stages } }) ?? '', /confirm/)
  const freeze = { until: '2027-01-04T08:00:00Z', reasons: ['year end'] }
  assert.match(heldBack({ ...promoting, freeze }) ?? '', /frozen until 2027-01-04 08:00 UTC \(year/)
})
