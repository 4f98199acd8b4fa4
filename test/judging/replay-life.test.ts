import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerdictName } from '../../contracts/report.ts'
import { retrainingSettings } from '../../contracts/retraining-settings.ts'
import { endUnknown, ReplayedLife, releasedAtOnce } from '../../judging/replay-life.ts'

const dayMs = 86_400_000
const settings = retrainingSettings.parse({
  ...{ policy: 'automatic', windows: 2, outOf: 2, minimumLabels: 10 },
  ...{ cooldown: '5d', labelPoll: '1m' },
})
const start = Date.UTC(2001, 0, 1)
const iso = (ms: number) => new Date(ms).toISOString()

function lived(life: ReplayedLife, verdicts: readonly VerdictName[]) {
  for (const [index, verdict] of verdicts.entries()) {
    const window = { start: iso(start + index * dayMs), end: iso(start + (index + 1) * dayMs) }
    const message = {
      eventId: window.start,
      model: 'm',
      verdictId: window.start,
      evidenceDigest: '',
    }
    const told = { ...message, verdict, window, headline: verdict }
    life.tell({ kind: 'verdict', message: told }, Date.parse(window.end))
  }
  return life
}

test('drift that lasts is one incident; without a release it is retrained again after every cooldown', () => {
  const life = lived(new ReplayedLife('m', settings, endUnknown), Array(14).fill('DRIFT'))
  assert.deepEqual(
    life.incidents.map(({ state, windows }) => [state, windows]),
    [['open', 14]],
  )
  // Two windows, then a cooldown of five days, at the end of which the steward looks by itself.
  assert.deepEqual(
    life.retrainings.map(({ at }) => (Date.parse(at) - start) / dayMs),
    [2, 7, 12],
  )
  const reasons = life.notRetrained.map(({ reason }) => reason)
  assert.match(reasons[0] ?? '', /^watched: a retraining is considered after 2 drifted windows/)
  assert.ok(
    reasons.some((reason) => reason.startsWith('cooling down until 2001-01-08')),
    `${reasons}`,
  )
})

test('a release resolves the incident, and broken data is never retrained on', () => {
  const released = lived(new ReplayedLife('m', settings, releasedAtOnce), [
    'DRIFT',
    'DRIFT',
    'NO_DRIFT',
  ])
  assert.deepEqual([released.retrainings.length, released.incidents[0]?.state], [1, 'resolved'])
  const broken = lived(
    new ReplayedLife('m', settings, releasedAtOnce),
    Array(5).fill('DATA_QUALITY'),
  )
  assert.deepEqual([broken.retrainings.length, broken.incidents[0]?.kind], [0, 'DATA_QUALITY'])
})

test('a quiet stretch resolves by hysteresis, and a policy that only suggests says so', () => {
  const suggest = { ...settings, policy: 'suggest' as const }
  const life = lived(new ReplayedLife('m', suggest, releasedAtOnce), [
    'DRIFT',
    'DRIFT',
    'NO_DRIFT',
    'NO_DRIFT',
  ])
  assert.equal(life.retrainings.length, 0)
  const reasons = life.notRetrained.map(({ reason }) => reason)
  assert.ok(
    reasons.some((reason) => reason.startsWith('retraining is "suggest"')),
    `${reasons}`,
  )
  assert.equal(life.incidents[0]?.resolvedAt, iso(start + 4 * dayMs))
})
