import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Drill, drillStation, type Station } from '../../contracts/drill.ts'
import { homePage } from '../../gateway/pages/home-page.ts'
import { releasePage } from '../../gateway/pages/release-page.ts'
import { drillCard } from '../../reports/drill-card.ts'
import { drillInWords, stationUnderWay } from '../../reports/drill-words.ts'
import { policyPages } from './policy-example.ts'

const station = (name: Station['station'], state: Station['state']): Station => ({
  ...{ station: name, state, code: null, help: null, sentence: 'so it is' },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:02.000Z' },
})
const drill: Drill = {
  ...{ drill: 'car-loan/drill/7', model: 'car-loan', n: 7, requestedBy: 'rule:schedule' },
  ...{ state: 'running', startedAt: '2026-01-01T00:00:00.000Z', endedAt: null, stations: [] },
  ...{ champion: null, version: null, registered: null, digest: null, cost: null },
}

test('a drill under way says at which station it is', () => {
  assert.equal(drillInWords(drill), 'under way: train')
  const stations = [station('train', 'passed'), station('register', 'failed')]
  assert.equal(drillInWords({ state: 'running', stations }), 'under way: card')
  assert.equal(stationUnderWay(drillStation.options.map((name) => station(name, 'passed'))), null)
})

test('one that ended says what failed, or what is not configured', () => {
  const stations = [station('train', 'failed'), station('card', 'not-configured')]
  assert.equal(drillInWords({ state: 'not-ready', stations }), 'not ready: train')
  assert.equal(drillInWords({ state: 'incomplete', stations }), 'incomplete: card not configured')
  assert.equal(drillInWords({ state: 'not-ready', stations: [] }), 'not ready: broken off')
})

test('its card begins as a drill, asks nobody anything, and tells the stations at its end', () => {
  const frame = { environment: 'production', link: 'https://gateway.example/' }
  const begun = drillCard({ drill, ...frame })
  assert.match(begun.headline, /^\S+ DRILL, nothing to do: car-loan/)
  assert.deepEqual([begun.actions, begun.answers, begun.who], [[], [], null])
  const stations = [station('train', 'passed')]
  const endedAt = '2026-01-01T00:01:00.000Z'
  const ended = drillCard({ drill: { ...drill, state: 'not-ready', endedAt, stations }, ...frame })
  assert.equal(ended.state, 'resolved')
  assert.deepEqual(ended.answers, ['train: passed (2 s): so it is'])
})

test('home and the page of a release say when delivery was last proven ready, and why it may not be now', () => {
  const readiness = {
    ...{ lastReadyAt: '2026-01-01T06:00:00.000Z', last: null },
    trouble: 'no drill has ended since <then>',
  }
  const [home, frame] = policyPages.home
  const page = homePage({ ...home, readiness: [{ model: 'car-loan', readiness }] }, frame)
  assert.match(page, /last proven ready 2026-01-01 06:00 UTC/)
  assert.match(page, /no drill has ended since &lt;then&gt;/)
  assert.doesNotMatch(homePage(home, frame), /proven ready/)
  const release = releasePage({ ...policyPages.release, readiness })
  assert.match(release, /Delivery last proven ready 2026-01-01 06:00 UTC; no drill has ended/)
})
