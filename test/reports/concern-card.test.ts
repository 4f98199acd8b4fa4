import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksOf } from '../../adapters/chat/slack-blocks.ts'
import { type Card, concernState } from '../../contracts/card.ts'
import type { Incident } from '../../contracts/incident.ts'
import { type Notice, noticeCause } from '../../contracts/notice.ts'
import { incidentCard } from '../../reports/incident-card.ts'
import { noticeCard } from '../../reports/notice-card.ts'
import { invalidBlocks } from '../support/slack-rules.ts'
import { matchesFile } from '../support/snapshot.ts'
import { dataQualityReport, driftReport } from './examples.ts'
import { measureOf, unknownWhy, whyOf } from './why-examples.ts'

const frame = {
  owners: ['credit-risk'],
  escalation: { channel: 'on-call', after: 4 * 3_600_000 },
  environment: 'production',
  link: 'https://gateway.example/incidents/car-loan/DRIFT/2019-03-29T18:00:00.000Z',
}
const seen = { by: 'ada-1', name: 'ada', at: '2019-04-28T19:30:00.000Z' }

const drift: Incident = {
  id: 'car-loan/DRIFT/2019-03-29T18:00:00.000Z',
  model: 'car-loan',
  kind: 'DRIFT',
  state: 'open',
  openedAt: '2019-04-28T18:02:00.000Z',
  resolvedAt: null,
  firstWindow: driftReport.window,
  lastWindow: driftReport.window,
  windows: 1,
  verdictId: driftReport.window.start,
  evidenceDigest: driftReport.evidenceDigest,
  headline: driftReport.headline,
  next: 'waiting for labels: 412 of 1000 since 2019-03-29T18:00:00.000Z',
  runKey: null,
  release: null,
}
const broken: Incident = {
  ...drift,
  id: 'flight-delay/DATA_QUALITY/2001-06-18T00:00:00.000Z',
  model: 'flight-delay',
  kind: 'DATA_QUALITY',
  firstWindow: dataQualityReport.window,
  lastWindow: dataQualityReport.window,
  headline: dataQualityReport.headline,
  next: 'a person looks at the source of the data; nothing is retrained on it',
}
const resolved = {
  ...drift,
  ...{ windows: 3, acknowledged: seen, state: 'resolved' as const },
  resolvedAt: '2019-05-29T08:31:00.000Z',
  next: 'version 2 serves since 2019-05-29T08:31:00.000Z',
}
const notice: Notice = {
  id: 'car-loan/RETRAINING_FAILED/2019-05-20T04:00:00.000Z',
  model: 'car-loan',
  cause: 'RETRAINING_FAILED',
  state: 'open',
  openedAt: '2019-05-20T04:00:00.000Z',
  resolvedAt: null,
  ...{ times: 2, lastAt: '2019-05-21T04:00:00.000Z' },
  headline: 'retraining car-loan-7c1d failed: the driver ran out of memory',
  next: 'a retraining that is asked for again may end better',
}

const labelledMonth = whyOf({ report: driftReport, measure: measureOf(driftReport) })

const cards: Readonly<Record<string, Card>> = {
  'incident-open': incidentCard({
    ...{ incident: drift, report: driftReport, judged: null, why: whyOf({ report: driftReport }) },
    ...frame,
  }),
  'incident-acknowledged': incidentCard({
    ...{ incident: { ...drift, acknowledged: seen }, report: driftReport, judged: null },
    why: { latest: whyOf({ report: driftReport }).latest, labelled: labelledMonth.latest },
    ...frame,
  }),
  'incident-escalated': incidentCard({
    incident: { ...drift, escalatedAt: '2019-04-28T22:02:00.000Z' },
    ...{ report: null, judged: null, why: unknownWhy },
    ...frame,
  }),
  'incident-resolved': incidentCard({
    incident: resolved,
    report: driftReport,
    judged: null,
    why: labelledMonth,
    ...frame,
  }),
  'incident-broken': incidentCard({
    incident: broken,
    report: dataQualityReport,
    judged: null,
    why: whyOf({ report: dataQualityReport }, false),
    ...frame,
  }),
  'notice-open': noticeCard({ notice, ...frame }),
  'notice-resolved': noticeCard({
    notice: {
      ...{ ...notice, state: 'resolved', resolvedAt: '2019-05-22T04:00:00.000Z' },
      next: 'retraining car-loan-8d2e ended with a version',
    },
    ...frame,
  }),
}

for (const [name, card] of Object.entries(cards)) {
  test(`the card ${name} says so, whatever the chat`, () => {
    matchesFile(
      JSON.stringify(card, null, 2),
      new URL(`snapshots/card-${name}.json`, import.meta.url),
    )
  })

  test(`the card ${name} as blocks, to paste into the Block Kit Builder`, () => {
    const blocks = blocksOf(card)
    assert.equal(invalidBlocks(blocks as never), null)
    const text = JSON.stringify({ blocks }, null, 2)
    matchesFile(text, new URL(`snapshots/card-${name}-slack.json`, import.meta.url))
  })
}

test('only what nobody has acknowledged says who is told next, and only once', () => {
  const told = Object.entries(cards).flatMap(([name, card]) => (card.ifNobody ? [name] : []))
  assert.deepEqual(told, ['incident-open', 'incident-broken', 'notice-open'])
})

test('every state of an incident and of a notice is on a card here', () => {
  const states = new Set(Object.values(cards).map(({ state }) => state))
  assert.deepEqual([...states].sort(), [...concernState.options].sort())
})

test('every cause of a notice has words of its own', () => {
  const titles = noticeCause.options.map(
    (cause) => noticeCard({ notice: { ...notice, cause }, ...frame }).headline,
  )
  assert.equal(new Set(titles).size, noticeCause.options.length)
})
