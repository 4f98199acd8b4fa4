import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GovernorSettings } from '../../contracts/steward.ts'
import { govern } from '../../policies/governor.ts'
import { policyStarted } from '../../policies/governor-policies.ts'
import { newSteward } from '../../policies/steward-state.ts'

const settings: GovernorSettings = {
  ...{ policy: 'automatic', windows: 2, outOf: 3, minimumLabels: 0 },
  ...{ cooldown: 0, labelPoll: 1_000 },
}
const message = { eventId: 'policy/m/r', runKey: 'r', configVersion: 7, person: 'olga' }
const requested = { kind: 'policy-requested', message } as const
const input = {
  ...{ model: 'm', prefix: '', release: 'm/4', runKey: 'r', candidateVersion: '7' },
  ...{ incident: null, requestedBy: ['olga'], subject: 'policy' as const },
}
const ended = (release: string, state: string) =>
  ({
    kind: 'child-ended',
    message: { child: 'release', eventId: `e/${release}`, release, state, version: '7' },
  }) as const

test('a looser policy is asked for in the name of who applied it, once, whatever else runs', () => {
  const busy = { ...newSteward('m'), release: { ...input, subject: undefined, release: 'm/3' } }
  const { state, command } = govern(busy, requested, settings, 0)
  assert.deepEqual(command, {
    ...{ kind: 'start-release', runKey: 'r', candidateVersion: '7', incident: null },
    ...{ requestedBy: ['olga'], subject: 'policy' },
  })
  assert.equal(govern(state, requested, settings, 0).command, null)
})

test('however it ends, it is no promotion of a version: nothing else of the life of the model changes', () => {
  const before = newSteward('m')
  const asked = policyStarted(before, input)
  assert.deepEqual(asked.policies, [input])
  for (const how of ['promoted', 'rejected', 'void']) {
    const { state, command } = govern(asked, ended('m/4', how), settings, 0)
    assert.deepEqual(state, { ...before, seen: state.seen })
    assert.equal(command, null)
  }
})

test('a request whose start is repeated is there once', () => {
  const asked = policyStarted(policyStarted(newSteward('m'), input), input)
  assert.deepEqual(asked.policies, [input])
})
