import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksOf } from '../../adapters/chat/slack-blocks.ts'
import type { ModelView } from '../../contracts/api.ts'
import type { Card } from '../../contracts/card.ts'
import { incidentKind, incidentKinds } from '../../contracts/incident.ts'
import { incidentCard } from '../../reports/incident-card.ts'
import { incidentPicture, largePicture } from '../../reports/incident-picture.ts'
import { modelState, modelTree } from '../../reports/model-tree.ts'
import { performanceCertainty } from '../../reports/performance-certainty.ts'
import { performanceSvg } from '../../reports/performance-svg.ts'
import { invalidBlocks } from '../support/slack-rules.ts'
import { matchesFile } from '../support/snapshot.ts'
import {
  judgedByEstimate,
  judgedByLabels,
  worseByEstimate,
  worseByLabels,
} from './performance-examples.ts'
import { estimateOf, measureOf, quietReport, unknownWhy, whyOf } from './why-examples.ts'

const snapshot = (name: string) => new URL(`snapshots/${name}`, import.meta.url)
const frame = {
  owners: ['credit-risk'],
  escalation: { channel: 'on-call', after: 4 * 3_600_000 },
  environment: 'production',
  link: 'https://gateway.example/incidents/car-loan/PERFORMANCE/2019-02-27T18:00:00.000Z',
  report: null,
}
const resolved = {
  ...{ ...worseByLabels, state: 'resolved' as const, resolvedAt: '2019-07-01T06:00:00.000Z' },
  ...{ resolvedBy: 'quiet' as const, acknowledged: undefined },
  next: 'by its labels as good as before for 2 window(s) in a row',
}

const cards: Readonly<Record<string, Card>> = {
  'performance-labels': incidentCard({
    ...{ incident: worseByLabels, judged: judgedByLabels, ...frame },
    why: whyOf({ report: quietReport, measure: measureOf() }),
  }),
  'performance-estimate': incidentCard({
    ...{ incident: worseByEstimate, judged: judgedByEstimate, ...frame },
    why: whyOf({ report: quietReport, estimate: estimateOf() }),
  }),
  'performance-resolved': incidentCard({
    ...{ incident: resolved, judged: null, why: unknownWhy, ...frame },
  }),
}

for (const [name, card] of Object.entries(cards)) {
  test(`the card ${name} says so, whatever the chat`, () => {
    matchesFile(JSON.stringify(card, null, 2), snapshot(`card-${name}.json`))
  })

  test(`the card ${name} as blocks, to paste into the Block Kit Builder`, () => {
    const blocks = blocksOf(card)
    assert.equal(invalidBlocks(blocks as never), null)
    matchesFile(JSON.stringify({ blocks }, null, 2), snapshot(`card-${name}-slack.json`))
  })
}

test('its picture has an interval for each look, and what matters beside it', () => {
  matchesFile(performanceSvg(judgedByLabels), snapshot('performance.svg'))
  matchesFile(performanceSvg(judgedByEstimate), snapshot('performance-estimate.svg'))
})

test('a card says whether it was measured or only estimated, before any number', () => {
  assert.match(cards['performance-labels']?.sure[0] ?? '', /^Realised/)
  assert.match(cards['performance-estimate']?.sure[0] ?? '', /^Estimated/)
  assert.match(cards['performance-estimate']?.headline ?? '', /worse performance, estimated/)
  assert.doesNotMatch(cards['performance-labels']?.headline ?? '', /estimated/)
})

test('a worse model can be retrained and taken care of; nobody can say that it is normal', () => {
  const verbs = cards['performance-labels']?.actions.map(({ verb }) => verb)
  assert.deepEqual(verbs, ['acknowledge', 'retrain'])
  assert.deepEqual(
    incidentKind.options.filter((kind) => !incidentKinds[kind].absorbs),
    ['PERFORMANCE'],
  )
})

test('a card of another window than the one that is known has no picture', () => {
  const incident = { ...worseByLabels, evidenceDigest: 'sha256:another' }
  const card = incidentCard({ incident, judged: judgedByLabels, why: unknownWhy, ...frame })
  assert.equal(card.picture, null)
  assert.notEqual(cards['performance-labels']?.picture, null)
})

test('what has no number is told and not drawn; nothing known draws nothing', () => {
  const untold = judgedByLabels.judgement.findings.filter(({ state }) => state === 'unavailable')
  const judged = {
    ...judgedByLabels,
    judgement: { ...judgedByLabels.judgement, findings: untold },
  }
  assert.equal(incidentPicture({ report: null, judged }), null)
  assert.equal(largePicture({ report: null, judged: null }), null)
  assert.deepEqual(performanceCertainty(judged), [
    '1 of 1 looks could tell nothing.',
    '3,912 of 4,955 predictions have a label (79 %).',
  ])
})

test('a model that does worse is none that is well, whatever its last window holds', () => {
  const view: ModelView = {
    ...{
      model: 'car-loan',
      critical: true,
      owners: [],
      onCall: null,
      champion: '3',
      absorbed: null,
      readiness: null,
    },
    verdict: {
      ...{ id: '1', verdict: 'NO_DRIFT', window: worseByLabels.lastWindow },
      ...{ headline: 'nothing moved', at: '2019-05-28T18:05:00Z' },
    },
    ...{
      incident: worseByEstimate,
      alsoOpen: ['DRIFT'],
      wish: null,
      retraining: null,
      release: null,
    },
    policy: null,
  }
  assert.equal(modelState(view), 'drifted')
  assert.equal(modelState({ ...view, incident: null, alsoOpen: ['PERFORMANCE'] }), 'drifted')
  assert.equal(modelState({ ...view, incident: null, alsoOpen: [] }), 'ok')
  matchesFile(`${modelTree(view)}\n`, snapshot('status-performance.txt'))
})

test('names that are not text are escaped in its picture', () => {
  const [finding] = judgedByLabels.judgement.findings
  const findings = [{ ...finding!, segment: '<script>' }]
  const judged = { ...judgedByLabels, judgement: { ...judgedByLabels.judgement, findings } }
  assert.doesNotMatch(performanceSvg(judged), /<script/)
})
