import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IncidentKind } from '../../contracts/incident.ts'
import type { ReleaseInput } from '../../contracts/messages.ts'
import type { VerdictName } from '../../contracts/report.ts'
import type { GovernorSettings, StewardState } from '../../contracts/steward.ts'
import { type Command, govern, type StewardEvent } from '../../policies/governor.ts'
import { absorbingStarted } from '../../policies/governor-absorbing.ts'
import { newSteward } from '../../policies/steward-state.ts'

const rules: GovernorSettings = {
  ...{ policy: 'automatic', windows: 2, outOf: 2, minimumLabels: 100 },
  ...{ cooldown: 0, labelPoll: 30_000 },
}
const day = 86_400_000
const iso = (index: number) => new Date(index * day).toISOString()

/** A model whose steward is asked to absorb, event by event; its state goes through JSON every time. */
function life(settings = rules) {
  let state = newSteward('m')
  const feed = (event: StewardEvent): Command | null => {
    const governed = govern(state, event, settings, 100 * day)
    state = JSON.parse(JSON.stringify(governed.state)) as StewardState
    return governed.command
  }
  return {
    get state() {
      return state
    },
    verdict: (index: number, verdict: VerdictName) =>
      feed({
        kind: 'verdict',
        message: {
          ...{ eventId: `scan/${index}`, model: 'm', verdictId: iso(index), verdict },
          ...{ window: { start: iso(index), end: iso(index + 1) }, headline: '' },
          evidenceDigest: `digest ${index}`,
        },
      }),
    asked: (absorbs: IncidentKind[] = ['DRIFT']) => {
      const command = feed({
        kind: 'absorb-requested',
        message: { eventId: 'ask', runKey: 'ask', version: '1', person: 'operator', absorbs },
      })
      assert.equal(command?.kind, 'start-release')
      const { kind: _, requestedBy, ...asked } = command
      const input = { ...asked, requestedBy: [...requestedBy], model: 'm', prefix: '' }
      state = absorbingStarted(state, { ...input, absorbs, release: 'm/7' } as ReleaseInput)
      return command
    },
    ends: (ended: string, windowsFrom?: string) =>
      feed({
        kind: 'child-ended',
        message: {
          ...{ child: 'release', eventId: `ended-${ended}`, release: 'm/7', state: ended },
          ...{ version: null, reason: 'so it ended', ...(windowsFrom && { windowsFrom }) },
        },
      }),
  }
}

test('a proposal goes to the gate in the name of who asked, bound to the open incident', () => {
  const model = life()
  model.verdict(5, 'DRIFT')
  const command = model.asked()
  assert.equal(command.incident, model.state.drift?.id)
  assert.deepEqual(command.requestedBy, ['operator'])
  assert.deepEqual(command.absorbs, ['DRIFT'])
  assert.equal(model.state.release, null, 'a release of a version has a place of its own')
  assert.match(model.state.drift?.next ?? '', /m\/7 asks whether it is the new normal/)
})

test('while it waits nothing is retrained by itself, and a person may ask for it all the same', () => {
  const model = life()
  model.verdict(5, 'DRIFT')
  model.asked()
  assert.equal(model.verdict(6, 'DRIFT'), null)
  assert.match(model.state.drift?.next ?? '', /driftgate retrain m/)
})

test('in force, the incident is absorbed, and drift that the reference before saw opens no other', () => {
  const model = life()
  model.verdict(5, 'DRIFT')
  model.verdict(5, 'DATA_QUALITY')
  model.asked()
  assert.equal(model.ends('promoted', iso(8)), null)
  assert.equal(model.state.drift?.state, 'resolved')
  assert.equal(model.state.drift?.resolvedBy, 'absorbed')
  assert.match(model.state.drift?.next ?? '', /absorbed by release m\/7: so it ended/)
  assert.deepEqual(model.state.absorbing, [])
  model.verdict(7, 'DRIFT')
  assert.equal(model.state.drift?.state, 'resolved')
  model.verdict(8, 'DRIFT')
  assert.equal(model.state.drift?.state, 'open')
  assert.equal(model.state.drift?.firstWindow.start, iso(8))
})

test('broken data that was accepted ends with it, and otherwise stays open', () => {
  for (const [absorbs, state] of [
    [['DRIFT'], 'open'],
    [['DRIFT', 'DATA_QUALITY'], 'resolved'],
  ] as const) {
    const model = life()
    model.verdict(5, 'DATA_QUALITY')
    model.asked([...absorbs])
    model.ends('promoted', iso(8))
    assert.equal(model.state.dataQuality?.state, state)
  }
})

test('rejected or expired, the incident stays open and goes on as if nobody had asked', () => {
  const suggested = life({ ...rules, policy: 'suggest' })
  suggested.verdict(5, 'DRIFT')
  suggested.asked()
  suggested.ends('rejected')
  assert.equal(suggested.state.drift?.state, 'open')
  assert.equal(suggested.state.drift?.release, 'm/7')
  assert.equal(suggested.state.absorbedBefore, null)
  const automatic = life()
  automatic.verdict(5, 'DRIFT')
  automatic.asked()
  automatic.verdict(6, 'DRIFT')
  assert.deepEqual(automatic.ends('expired'), { kind: 'count-labels', from: iso(5) })
})
