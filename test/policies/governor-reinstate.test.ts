import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReleaseInput } from '../../contracts/messages.ts'
import { govern } from '../../policies/governor.ts'
import { releaseStarted } from '../../policies/governor-outcomes.ts'
import { newSteward } from '../../policies/steward-state.ts'
import { settings } from './governor-life.ts'

const message = {
  ...{ eventId: 'reinstate/m/1/x', runKey: 'abc', version: '2', incident: null, person: 'ada' },
  reinstates: { release: 'm/1', by: 'Ada', reason: 'it was the upstream' },
}
const asked = { kind: 'reinstate-requested', message } as const

test('what was rolled back goes to the gate in the name of who asked, once', () => {
  const first = govern(newSteward('m'), asked, settings, 0)
  assert.deepEqual(first.command, {
    ...{ kind: 'start-release', runKey: 'abc', candidateVersion: '2', incident: null },
    requestedBy: ['ada'],
    again: { eventId: message.eventId, reinstates: message.reinstates },
  })
  assert.equal(govern(first.state, asked, settings, 0).command, null, 'the same message again')
})

test('while a release is under way nothing is asked for beside it', () => {
  const input: ReleaseInput = {
    ...{ model: 'm', prefix: '', release: 'm/2', runKey: 'def', candidateVersion: '3' },
    ...{ incident: null, requestedBy: ['rule:automatic'] },
  }
  const busy = releaseStarted(newSteward('m'), input)
  const governed = govern(busy, asked, settings, 0)
  assert.equal(governed.command, null)
  assert.equal(governed.state.release?.release, 'm/2')
})
