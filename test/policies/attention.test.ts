import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerdictName } from '../../contracts/report.ts'
import type { GovernorSettings, StewardState } from '../../contracts/steward.ts'
import { govern, nextLook, type StewardEvent } from '../../policies/governor.ts'
import { newSteward } from '../../policies/steward-state.ts'

const hour = 3_600_000
const origin = Date.parse('2024-01-01T00:00:00Z')
const settings: GovernorSettings = {
  ...{ policy: 'suggest', windows: 2, outOf: 2, minimumLabels: 1, cooldown: 0, labelPoll: 1 },
  escalateAfter: 4 * hour,
}
const iso = (timeMs: number) => new Date(timeMs).toISOString()

function life(rules: GovernorSettings = settings) {
  let state: StewardState = newSteward('m')
  let nowMs = origin
  const feed = (event: StewardEvent) => {
    // Plain JSON between two events, as in PostgreSQL.
    state = JSON.parse(JSON.stringify(govern(state, event, rules, nowMs).state)) as StewardState
  }
  return {
    get state() {
      return state
    },
    verdict(hours: number, verdict: VerdictName) {
      const window = { start: iso(origin + hours * hour), end: iso(origin + (hours + 1) * hour) }
      const eventId = `scan/m/${window.start}`
      feed({
        kind: 'verdict',
        message: {
          ...{ eventId, model: 'm', verdictId: window.start, verdict, window },
          ...{ evidenceDigest: 'd', headline: `${verdict} at ${hours}` },
        },
      })
    },
    acknowledge: (id: string, person = 'ada') =>
      feed({
        kind: 'acknowledged',
        message: { eventId: `${person}/${id}`, id, person, name: person.toUpperCase() },
      }),
    waits: () => nextLook(state, rules, nowMs),
    pass(ms: number) {
      nowMs += ms
      feed({ kind: 'looked' })
    },
  }
}

test('an incident that nobody acknowledges is told to others when the time is over, once', () => {
  const one = life()
  one.verdict(0, 'DATA_QUALITY')
  assert.equal(one.waits(), 4 * hour)
  one.pass(4 * hour - 1)
  assert.equal(one.state.dataQuality?.escalatedAt, undefined)
  assert.equal(one.waits(), 1)
  one.pass(1)
  assert.equal(one.state.dataQuality?.escalatedAt, iso(origin + 4 * hour))
  assert.equal(one.waits(), null)
  one.pass(10 * hour)
  assert.equal(one.state.dataQuality?.escalatedAt, iso(origin + 4 * hour))
})

test('the first who acknowledges it stays, nobody else is told, and it goes on', () => {
  const one = life()
  one.verdict(0, 'DRIFT')
  const { id } = one.state.drift!
  one.acknowledge(id)
  one.acknowledge(id, 'bob')
  assert.deepEqual(one.state.drift?.acknowledged, { by: 'ada', name: 'ADA', at: iso(origin) })
  assert.equal(one.waits(), null)
  one.pass(10 * hour)
  one.verdict(1, 'DRIFT')
  assert.equal(one.state.drift?.state, 'open')
  assert.equal(one.state.drift?.windows, 2)
  assert.equal(one.state.drift?.escalatedAt, undefined)
  assert.equal(one.state.drift?.acknowledged?.by, 'ada')
})

test('what is resolved, or another one, is not acknowledged', () => {
  const one = life()
  one.verdict(0, 'DRIFT')
  one.acknowledge('m/DRIFT/another')
  assert.equal(one.state.drift?.acknowledged, undefined)
  one.verdict(1, 'NO_DRIFT')
  one.verdict(2, 'NO_DRIFT')
  const resolved = one.state.drift!
  assert.equal(resolved.state, 'resolved')
  one.acknowledge(resolved.id)
  assert.equal(one.state.drift?.acknowledged, undefined)
})

test('without an escalation nobody else is told', () => {
  const one = life({ ...settings, escalateAfter: null })
  one.verdict(0, 'DATA_QUALITY')
  assert.equal(one.waits(), null)
  one.pass(1_000 * hour)
  assert.equal(one.state.dataQuality?.escalatedAt, undefined)
})

test('each of several has a deadline of its own', () => {
  const one = life()
  one.verdict(0, 'STALE')
  one.pass(hour)
  one.verdict(1, 'DATA_QUALITY')
  assert.equal(one.waits(), 4 * hour)
  // The rows that came ended the notice, and with it its deadline.
  assert.equal(one.state.notices[0]?.state, 'resolved')
  one.verdict(2, 'INCOMPLETE_WINDOW')
  one.pass(hour)
  one.acknowledge(one.state.dataQuality!.id)
  assert.equal(one.waits(), 3 * hour)
  one.acknowledge(one.state.notices.find(({ state }) => state === 'open')!.id)
  assert.equal(one.waits(), null)
})
