import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksOf, textOf } from '../../adapters/chat/slack-blocks.ts'
import type { Card } from '../../contracts/card.ts'
import { type ReleaseState, type ReleaseView, releaseState } from '../../contracts/release.ts'
import { releaseCard, staleCard } from '../../reports/release-card.ts'
import { releaseSvg } from '../../reports/release-svg.ts'
import { undecidedComparison } from '../support/comparisons.ts'
import { invalidBlocks } from '../support/slack-rules.ts'
import { matchesFile } from '../support/snapshot.ts'
import { past, releaseEvidence } from './examples.ts'

const [waiting, promoted] = past.releases as [ReleaseView, ReleaseView]
const link = 'https://gateway.example/releases/car-loan/2'

const cardOf = (view: ReleaseView, ending = ''): Card =>
  releaseCard({
    view,
    incidents: past.incidents.slice(0, 1),
    ending,
    environment: 'production',
    link,
  })

const decided = (outcome: 'APPROVED' | 'REJECTED' | 'ACCEPTED_PENDING_QUORUM', reason = '') => ({
  ...promoted.decisions[1]!,
  outcome,
  reason,
})

const cards: Record<ReleaseState | 'stale', Card> = {
  waiting: cardOf({
    ...waiting,
    evidence: { ...releaseEvidence, policy: { ...releaseEvidence.policy, required: 2 } },
    decisions: [decided('ACCEPTED_PENDING_QUORUM', 'better on every metric')],
  }),
  // The record still waits, the deciding answer is there.
  promoting: cardOf({ ...waiting, decisions: [decided('APPROVED')] }),
  promoted: cardOf(promoted, 'version 2 serves'),
  'rolled-back': cardOf(
    { ...promoted, state: 'rolled-back' },
    'its errors are worse than those of version 1',
  ),
  rejected: cardOf({ ...waiting, decisions: [decided('REJECTED', 'the sample is too small')] }),
  expired: cardOf({ ...waiting, state: 'expired' }, 'nobody decided in time'),
  void: cardOf({ ...waiting, state: 'void' }, 'the champion is another one'),
  failed: cardOf({ ...promoted, state: 'failed' }, 'the registry does not answer'),
  stale: staleCard(cardOf(waiting), 'https://chat.example/p2'),
}

for (const state of [...releaseState.options, 'stale'] as const) {
  test(`a card that is ${state} says so, whatever the chat`, () => {
    const card = cards[state]
    assert.equal(card.state, state)
    matchesFile(
      JSON.stringify(card, null, 2),
      new URL(`snapshots/card-${state}.json`, import.meta.url),
    )
  })

  test(`a card that is ${state} as blocks, to paste into the Block Kit Builder`, () => {
    const blocks = blocksOf(cards[state], { value: ({ subject }) => `${subject} digest mac` })
    assert.equal(invalidBlocks(blocks as never), null)
    const text = JSON.stringify({ blocks }, null, 2)
    matchesFile(text, new URL(`snapshots/card-${state}-slack.json`, import.meta.url))
  })
}

test('a card says how sure it is, what was guarded, and that people are asked about what is undecided', () => {
  const card = cardOf(waiting)
  assert.deepEqual(card.sure, [
    'BETTER: Brier score gains +0.0140 (95 %: +0.0112 to +0.0168, p 3e-22); better is above +0.0020.',
    'By a paired t test, corrected for skewness, over the same 3,004 rows; a gain of +0.0060 would have shown in four of five cases.',
  ])
  assert.ok(card.risk.some((line) => line.startsWith('None of 2 segments')))
  assert.ok(!card.risk.some((line) => line.includes('protected')), 'nothing is protected')
  const evidence = {
    ...{ ...releaseEvidence, comparison: undecidedComparison },
    policy: { ...releaseEvidence.policy, critical: false },
  }
  const undecided = cardOf({ ...waiting, evidence })
  assert.match(undecided.sure[0] ?? '', /^UNDECIDED: Brier score gains \+0\.0060 \(95 %: -0\.0031/)
  assert.ok(undecided.risk.some((line) => line.includes('people are asked')))
  assert.equal(undecided.good[0], 'undecided whether version 2 is better than version 1')
  assert.match(undecided.picture?.alt ?? '', /^car-loan: undecided whether version 2 is better/)
  assert.match(releaseSvg(evidence), /car-loan: undecided whether version 2 is better/)
  assert.doesNotMatch(JSON.stringify(undecided), /version 2 is better than version 1 on/)
  const nothing = { ...undecidedComparison, gain: null, reason: 'no row was held out', guards: [] }
  const unmeasured = cardOf({ ...waiting, evidence: { ...evidence, comparison: nothing } })
  assert.deepEqual(unmeasured.sure, ['UNDECIDED: no row was held out.'])
})

test('only a card that waits says what happens if nobody acts, and who may answer', () => {
  for (const card of Object.values(cards)) {
    assert.equal(card.ifNobody !== null, card.state === 'waiting', card.state)
    assert.equal(card.who !== null, card.state === 'waiting', card.state)
  }
})

const policy = {
  ...{ digest: 'p', critical: true, required: 2, owners: ['lending'] },
  places: [
    { role: 'approver', count: 1 },
    { group: 'risk', count: 1 },
  ],
  escalation: { after: 14_400_000, role: 'head' },
}
const byRule: ReleaseView = {
  ...{ ...waiting, requestedBy: ['rule:automatic'] },
  evidence: { ...releaseEvidence, policy },
}

test('a card says which people are asked, who may not, and who is asked if nobody decides', () => {
  const card = cardOf(byRule)
  assert.equal(
    card.who,
    '1 person with the role approver and 1 person in the group risk, not the owners (lending), until 2019-06-04 20:00 UTC',
  )
  assert.match(card.ifNobody ?? '', /^People with the role head are asked too from 2019-05-29 on\./)
  const escalated = cardOf({ ...byRule, escalatedAt: '2019-05-29T00:00:00Z' })
  assert.match(escalated.who ?? '', /, or in their place people with the role head, not/)
  assert.match(escalated.ifNobody ?? '', /^Escalated 2019-05-29 to people with the role head\./)
})

test('a card says who is still missing, of the approvals since the request was asked anew', () => {
  const quorum = {
    ...{ of: 2, missing: '1 person in the group risk' },
    taken: [{ person: 'ada', place: '1 person with the role approver' }],
  }
  const decisions = [{ ...decided('ACCEPTED_PENDING_QUORUM'), quorum }]
  const who = (askedAt: string) => cardOf({ ...byRule, decisions, askedAt }).who ?? ''
  assert.match(who('2019-05-29T00:00:00Z'), /1 of 2 so far, still missing 1 person in the group/)
  assert.doesNotMatch(who('2019-05-30T00:00:00Z'), /so far/)
})

test('a card says until when nothing moves, before and after it is approved', () => {
  const freeze = { until: '2019-06-03T08:00:00Z', reasons: ['weekend'] }
  const frozen = /Releases are frozen until 2019-06-03 08:00 UTC \(weekend\)/
  assert.match(cardOf({ ...waiting, freeze }).ifNobody ?? '', frozen)
  const approved = cardOf({ ...waiting, freeze, decisions: [decided('APPROVED')] })
  assert.match(approved.answers.at(-1) ?? '', frozen)
})

test('answers that were refused are not on the card', () => {
  assert.deepEqual(cards.promoted.answers, [
    'ada approved, 2019-05-29 08:30 UTC: "better on every metric"',
    'version 2 serves',
  ])
})

test('only a card that waits has buttons, and only where the chat takes answers', () => {
  const ids = (text: string) => text.match(/"action_id":"\w+"/g)
  for (const card of Object.values(cards)) {
    const blocks = JSON.stringify(blocksOf(card, { value: () => 'value' }))
    const wanted = card.state === 'waiting' ? ['approve', 'reject', 'open'] : ['open']
    assert.deepEqual(
      ids(blocks),
      wanted.map((id) => `"action_id":"${id}"`),
    )
    assert.deepEqual(ids(JSON.stringify(blocksOf(card))), ['"action_id":"open"'])
  }
})

test('what people and logs wrote is text in Slack, never a mention, a link or a format', () => {
  const hostile = '<!channel> <https://evil.example|open> *bold* :tada:'
  const blocks = blocksOf({ ...cards.waiting, why: [hostile], who: hostile, headline: hostile })
  assert.ok(!JSON.stringify(blocks).includes('mrkdwn'))
  assert.ok(!textOf({ ...cards.waiting, headline: hostile }).includes('<'))
})
