import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RetrainResult, TroubleMessage } from '../../contracts/messages.ts'
import type { NoticeCause } from '../../contracts/notice.ts'
import type { VerdictName } from '../../contracts/report.ts'
import type { GovernorSettings, StewardState } from '../../contracts/steward.ts'
import { govern, type StewardEvent } from '../../policies/governor.ts'
import { retrainingStarted } from '../../policies/governor-outcomes.ts'
import { openNotice } from '../../policies/notices.ts'
import { newSteward } from '../../policies/steward-state.ts'

const settings: GovernorSettings = {
  ...{ policy: 'suggest', windows: 2, outOf: 2, minimumLabels: 1, cooldown: 0, labelPoll: 1 },
}
const day = 86_400_000
const origin = Date.parse('2024-01-01T00:00:00Z')
const iso = (timeMs: number) => new Date(timeMs).toISOString()

function life() {
  let state: StewardState = newSteward('m')
  let nowMs = origin
  let events = 0
  const feed = (event: StewardEvent) => {
    nowMs += 60_000
    state = JSON.parse(JSON.stringify(govern(state, event, settings, nowMs).state)) as StewardState
  }
  return {
    open: () => state.notices.filter((each) => each.state === 'open').map(({ cause }) => cause),
    notice: (cause: NoticeCause) => openNotice(state, cause),
    last: (cause: NoticeCause) => state.notices.find((each) => each.cause === cause),
    verdict(index: number, verdict: VerdictName) {
      const window = { start: iso(origin + index * day), end: iso(origin + (index + 1) * day) }
      const eventId = `scan/m/${window.start}/${verdict}`
      feed({
        kind: 'verdict',
        message: {
          ...{ eventId, model: 'm', verdictId: window.start, verdict, window },
          ...{ evidenceDigest: 'd', headline: `${verdict} of day ${index}` },
        },
      })
    },
    retraining(outcome: RetrainResult['outcome']) {
      events += 1
      const runKey = `run-${events}`
      state = retrainingStarted(state, {
        ...{ model: 'm', prefix: '', runKey, incident: null, from: iso(origin) },
        ...{ requestedBy: ['ada'], reason: 'because' },
      })
      const candidateVersion = null
      const result = { runKey, outcome, candidateVersion, reason: 'so it ended' }
      feed({
        kind: 'child-ended',
        message: { child: 'retrain', eventId: `ended/${runKey}`, result },
      })
    },
    trouble(cause: TroubleMessage['cause'], trouble: string | null) {
      events += 1
      feed({ kind: 'trouble', message: { eventId: `trouble/${events}`, cause, trouble } })
    },
  }
}

test('no rows is told once, however long it lasts, and ends with the first window that has some', () => {
  const one = life()
  for (const index of [0, 1, 2]) one.verdict(index, 'STALE')
  assert.deepEqual(one.open(), ['STALE'])
  assert.equal(one.notice('STALE')?.times, 3)
  assert.equal(one.notice('STALE')?.headline, 'STALE of day 2')
  const { id } = one.notice('STALE')!
  one.verdict(3, 'NO_DRIFT')
  assert.deepEqual(one.open(), [])
  assert.equal(one.last('STALE')?.id, id)
  assert.match(one.last('STALE')?.next ?? '', /NO_DRIFT/)
  one.verdict(4, 'STALE')
  assert.notEqual(one.notice('STALE')?.id, id)
})

test('a window that is judged late says nothing of how it is now', () => {
  const one = life()
  one.verdict(5, 'INCOMPLETE_WINDOW')
  one.verdict(2, 'NO_DRIFT')
  assert.deepEqual(one.open(), ['INCOMPLETE_WINDOW'])
  one.verdict(6, 'NO_DRIFT')
  one.verdict(3, 'STALE')
  assert.deepEqual(one.open(), [])
})

test('a failed retraining is told until another ends well; a lost one is never called failed', () => {
  const one = life()
  one.retraining('failed')
  assert.match(one.notice('RETRAINING_FAILED')?.headline ?? '', /run-1 failed: so it ended/)
  one.retraining('lost')
  assert.equal(one.notice('RETRAINING_FAILED')?.times, 2)
  assert.doesNotMatch(one.notice('RETRAINING_FAILED')?.headline ?? '', /failed/)
  one.retraining('not-better')
  assert.deepEqual(one.open(), [])
})

test('what the house finds is told by its cause, with the latest that is known, until it is over', () => {
  const one = life()
  one.trouble('SCAN_FAILING', 'attempt 5: no broker answers')
  one.trouble('SCAN_FAILING', 'attempt 9: no broker answers')
  one.trouble('SCHEDULE_STOPPED', 'somebody paused it')
  assert.deepEqual(one.open(), ['SCAN_FAILING', 'SCHEDULE_STOPPED'])
  assert.equal(one.notice('SCAN_FAILING')?.headline, 'attempt 9: no broker answers')
  one.trouble('SCAN_FAILING', null)
  one.trouble('SCAN_FAILING', null)
  assert.deepEqual(one.open(), ['SCHEDULE_STOPPED'])
})
