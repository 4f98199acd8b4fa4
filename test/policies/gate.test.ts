import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecisionClaims } from '../../contracts/release.ts'
import { type CheckedAnswer, type Gate, judgeAnswer } from '../../policies/gate.ts'

const hour = 3_600_000
const gate: Gate = {
  release: 'car-loan/1',
  requestedBy: ['rule:automatic'],
  places: [{ role: 'approver', count: 1 }],
  owners: [],
  standIn: null,
  expiresAtMs: 10 * hour,
  evidenceDigest: 'shown',
  approvals: [],
  decided: null,
}
const claims: DecisionClaims = {
  jti: 'token-1',
  sub: 'first-approver',
  name: 'First Approver',
  roles: ['viewer', 'approver'],
  groups: ['business'],
  release: 'car-loan/1',
  digest: 'shown',
  answer: 'approve',
  iat: 0,
  exp: 300,
}
const checked = (
  changes: Partial<DecisionClaims> = {},
  more: Partial<Omit<Extract<CheckedAnswer, { claims: DecisionClaims }>, 'claims'>> = {},
): CheckedAnswer => ({
  claims: { ...claims, ...changes },
  used: false,
  currentDigest: 'shown',
  ...more,
})
const outcomeOf = (answer: CheckedAnswer, on = gate, nowMs = hour) =>
  judgeAnswer(on, answer, nowMs).outcome.outcome

test('one approval by the right person opens the gate and says who and when', () => {
  const { gate: after, outcome } = judgeAnswer(gate, checked(), hour)
  assert.equal(outcome.outcome, 'APPROVED')
  assert.equal(outcome.by, 'First Approver')
  assert.equal(outcome.at, '1970-01-01T01:00:00.000Z')
  assert.deepEqual(after.decided, { answer: 'approve', by: 'First Approver', atMs: hour })
})

test('a rejection closes the gate, also on evidence that moved since it was shown', () => {
  const answer = checked({ answer: 'reject' }, { currentDigest: 'moved' })
  assert.equal(outcomeOf(answer), 'REJECTED')
})

test('the first terminal decision wins and later ones learn of it', () => {
  const { gate: after } = judgeAnswer(gate, checked({ answer: 'reject' }), hour)
  const later = judgeAnswer(
    after,
    checked({ sub: 'second', name: 'Second', jti: 'token-2' }),
    2 * hour,
  )
  assert.equal(later.outcome.outcome, 'ALREADY_DECIDED')
  assert.equal(later.outcome.by, 'First Approver')
  assert.equal(later.outcome.at, '1970-01-01T01:00:00.000Z')
  assert.equal(later.gate, after)
})

test('every other answer is refused by its own name and leaves the gate as it was', () => {
  const refused: [string, CheckedAnswer, Gate?, number?][] = [
    ['TOKEN_INVALID', { claims: null, problem: 'the gateway did not sign it' }],
    ['TOKEN_INVALID', checked({ release: 'car-loan/2' })],
    ['DUPLICATE', checked({}, { used: true })],
    ['NOT_AUTHORISED', checked({ roles: ['viewer'] })],
    ['EXPIRED', checked(), gate, 10 * hour],
    ['STALE_EVIDENCE', checked({ digest: 'older' })],
    ['STALE_EVIDENCE', checked({ digest: 'older', answer: 'reject' })],
    ['STALE_EVIDENCE', checked({}, { currentDigest: 'moved' })],
    ['SELF_APPROVAL', checked(), { ...gate, requestedBy: ['first-approver'] }],
  ]
  for (const [name, answer, on = gate, nowMs = hour] of refused) {
    const judged = judgeAnswer(on, answer, nowMs)
    assert.equal(judged.outcome.outcome, name)
    assert.equal(judged.gate, on)
  }
})

test('whoever asked for a release may still reject it', () => {
  const own = { ...gate, requestedBy: ['first-approver'] }
  assert.equal(outcomeOf(checked({ answer: 'reject' }), own), 'REJECTED')
})

test('a quorum counts different people, and one person once', () => {
  const two = { ...gate, places: [{ role: 'approver', count: 2 }] }
  const first = judgeAnswer(two, checked(), hour)
  assert.equal(first.outcome.outcome, 'ACCEPTED_PENDING_QUORUM')
  assert.match(first.outcome.sentence, /1 of 2/)
  assert.equal(outcomeOf(checked({ jti: 'token-2' }), first.gate), 'DUPLICATE')
  const second = judgeAnswer(first.gate, checked({ sub: 'second', jti: 'token-3' }), hour)
  assert.equal(second.outcome.outcome, 'APPROVED')
})

const risk = { sub: 'risk-officer', name: 'Risk Officer', roles: ['viewer'], groups: ['risk'] }
const both: Gate = {
  ...gate,
  places: [
    { role: 'approver', count: 1 },
    { group: 'risk', count: 1 },
  ],
}

test('a quorum of a role and a group says after the first approval who is still missing', () => {
  const first = judgeAnswer(both, checked(), hour)
  assert.equal(first.outcome.outcome, 'ACCEPTED_PENDING_QUORUM')
  assert.match(first.outcome.sentence, /1 of 2 .* missing: 1 person in the group risk/)
  const surplus = judgeAnswer(first.gate, checked({ sub: 'second', jti: '2' }), hour)
  assert.match(surplus.outcome.sentence, /1 of 2 .* missing: 1 person in the group risk/)
  const last = judgeAnswer(surplus.gate, checked({ ...risk, jti: '3' }), hour)
  assert.equal(last.outcome.outcome, 'APPROVED')
})

test('whoever fits two places fills one, and leaves the one that another cannot fill', () => {
  const every = { sub: 'every', roles: ['approver'], groups: ['risk'] }
  const one = judgeAnswer(both, checked(every), hour)
  assert.equal(one.outcome.outcome, 'ACCEPTED_PENDING_QUORUM')
  for (const next of [risk, { sub: 'first-approver' }]) {
    const two = judgeAnswer(one.gate, checked({ ...next, jti: '2' }), hour)
    assert.equal(two.outcome.outcome, 'APPROVED', next.sub)
  }
})

test('a group alone lets somebody answer without the role, and nobody else', () => {
  assert.equal(outcomeOf(checked({ ...risk, answer: 'reject' }), both), 'REJECTED')
  assert.equal(outcomeOf(checked({ roles: ['viewer'] }), both), 'NOT_AUTHORISED')
})

test('a second account of one person is no second person, known by claim, by list or by a list made later', () => {
  const two = { ...gate, places: [{ role: 'approver', count: 2 }] }
  const other = { sub: 'second-account', jti: '2' }
  const known = judgeAnswer(two, checked({}, { person: 'mia' }), hour)
  assert.equal(outcomeOf(checked(other, { person: 'mia' }), known.gate), 'DUPLICATE')
  const unknown = judgeAnswer(two, checked(), hour)
  const accounts = ['first-approver', 'second-account']
  assert.equal(outcomeOf(checked(other, { person: 'mia', accounts }), unknown.gate), 'DUPLICATE')
})

test('a second account of whoever asked is that person too', () => {
  const own = { ...gate, requestedBy: ['operator-account'] }
  assert.equal(outcomeOf(checked({}, { person: 'mia', askers: ['mia'] }), own), 'SELF_APPROVAL')
})

test('owners count as having asked for what a rule asked for, and only for that', () => {
  const owned = { ...gate, owners: ['business', 'someone'] }
  assert.equal(outcomeOf(checked(), owned), 'SELF_APPROVAL')
  assert.equal(outcomeOf(checked({ sub: 'someone', groups: [] }), owned), 'SELF_APPROVAL')
  assert.equal(outcomeOf(checked({ groups: ['risk'] }), owned), 'APPROVED')
  assert.equal(outcomeOf(checked(), { ...owned, requestedBy: ['operator'] }), 'APPROVED')
  assert.equal(outcomeOf(checked({ answer: 'reject' }), owned), 'REJECTED')
})

test('a gate survives JSON at any step', () => {
  const { gate: after } = judgeAnswer(
    { ...gate, places: [{ role: 'approver', count: 2 }] },
    checked(),
    hour,
  )
  const copy = JSON.parse(JSON.stringify(after)) as Gate
  const answer = checked({ sub: 'second', jti: 'token-2' })
  assert.deepEqual(judgeAnswer(copy, answer, hour), judgeAnswer(after, answer, hour))
})

test('once a request is escalated, a stand-in fills whichever place is open, and still only one', () => {
  const head = { sub: 'head', name: 'Head', roles: ['head'], groups: [] }
  assert.equal(outcomeOf(checked(head), both), 'NOT_AUTHORISED')
  const escalated: Gate = { ...both, standIn: { role: 'head' } }
  const first = judgeAnswer(escalated, checked(head), hour)
  assert.equal(first.outcome.outcome, 'ACCEPTED_PENDING_QUORUM')
  assert.equal(outcomeOf(checked({ ...head, jti: '2' }), first.gate), 'DUPLICATE')
  for (const next of [risk, { sub: 'first-approver' }]) {
    assert.equal(outcomeOf(checked({ ...next, jti: '3' }), first.gate), 'APPROVED', next.sub)
  }
})

const mia = {
  ...{ id: 'd1', person: 'mia', account: 'mia-1', name: 'Mia' },
  ...{ roles: ['approver'], groups: [] },
}
const receiver = { sub: 'receiver', name: 'Receiver', roles: ['viewer'], groups: [] }
const two: Gate = { ...gate, places: [{ role: 'approver', count: 2 }] }

test('who was handed a right answers by it, and the outcome says for whom', () => {
  const { outcome, behalf } = judgeAnswer(gate, checked(receiver, { delegations: [mia] }), hour)
  assert.equal(outcome.outcome, 'APPROVED')
  assert.equal(outcome.by, 'Receiver for Mia')
  assert.equal(behalf, mia)
  assert.equal(outcomeOf(checked(receiver)), 'NOT_AUTHORISED')
})

test('neither of the two counts twice, in whichever order they answer', () => {
  const forMia = checked(receiver, { delegations: [mia] })
  const herself = checked({ sub: 'mia-1', jti: '2' }, { person: 'mia' })
  const first = judgeAnswer(two, forMia, hour).gate
  assert.equal(outcomeOf(herself, first), 'DUPLICATE')
  assert.equal(outcomeOf(forMia, judgeAnswer(two, herself, hour).gate), 'DUPLICATE')
  // Who answered for themselves is not a second person by the right of another.
  const own = checked({ sub: 'receiver', jti: '3' }, { delegations: [mia] })
  assert.equal(outcomeOf(own, first), 'DUPLICATE')
})

test('nobody approves what they, or whoever they answer for, asked for', () => {
  const answer = checked(receiver, { delegations: [mia] })
  assert.equal(outcomeOf(answer, { ...gate, requestedBy: ['receiver'] }), 'SELF_APPROVAL')
  assert.equal(outcomeOf(answer, { ...gate, requestedBy: ['mia-1'] }), 'SELF_APPROVAL')
  const asked = { ...gate, requestedBy: ['account-of-mia'] }
  const known = checked(receiver, { delegations: [mia], askers: ['mia'] })
  assert.equal(outcomeOf(known, asked), 'SELF_APPROVAL')
})

test('of several rights one that counts is used', () => {
  const ada = { ...mia, id: 'd2', person: 'ada', account: 'ada-1', name: 'Ada' }
  const given = judgeAnswer(two, checked({ sub: 'mia-1' }, { person: 'mia' }), hour).gate
  const answer = checked({ ...receiver, jti: '2' }, { delegations: [mia, ada] })
  assert.equal(judgeAnswer(given, answer, hour).outcome.by, 'Receiver for Ada')
})

const glass: Gate = { ...both, breakGlass: { role: 'lead' }, requestedBy: ['lead-1'] }
const lead = { sub: 'lead-1', name: 'Lead', roles: ['lead'], groups: [], breakGlass: true }
const emergency = { reason: 'it turns everybody down', held: false }

test('who may break the glass approves alone, also what they asked for, and it is said', () => {
  const { gate: after, outcome } = judgeAnswer(glass, checked(lead), hour, emergency)
  assert.equal(outcome.outcome, 'APPROVED')
  assert.match(outcome.sentence, /Lead broke the glass .* others have to review it/)
  assert.equal(after.decided?.brokeGlass, true)
  const second = judgeAnswer(after, checked({ ...lead, jti: '2' }), hour, emergency)
  assert.equal(second.outcome.outcome, 'ALREADY_DECIDED')
})

test('the glass is broken by nobody else, not without a reason, on old evidence or too late', () => {
  const outcome = (on: Gate, answer: CheckedAnswer, how = emergency, nowMs = hour) =>
    judgeAnswer(on, answer, nowMs, how).outcome.outcome
  assert.equal(outcome(both, checked(lead)), 'NOT_AUTHORISED')
  assert.equal(outcome(glass, checked({ breakGlass: true })), 'NOT_AUTHORISED')
  assert.equal(
    outcome(glass, checked(lead, { delegations: [mia] }), { ...emergency, reason: ' ' }),
    'NOT_AUTHORISED',
  )
  assert.equal(outcome(glass, checked(lead, { currentDigest: 'moved' })), 'STALE_EVIDENCE')
  assert.equal(outcome(glass, checked({ ...lead, digest: 'older' })), 'STALE_EVIDENCE')
  assert.equal(outcome(glass, checked(lead), emergency, 10 * hour), 'EXPIRED')
  assert.equal(outcome(glass, checked({ ...lead, answer: 'reject' })), 'TOKEN_INVALID')
})

test('what is approved and kept by a freeze moves when the glass is broken, and nothing else does', () => {
  const decided = { answer: 'approve' as const, by: 'Ada', atMs: hour }
  const outcome = (on: Gate, held: boolean) =>
    judgeAnswer(on, checked(lead), hour, { ...emergency, held }).outcome.outcome
  assert.equal(outcome({ ...glass, decided }, true), 'APPROVED')
  assert.equal(outcome({ ...glass, decided }, false), 'ALREADY_DECIDED')
  assert.equal(
    outcome({ ...glass, decided: { ...decided, answer: 'reject' } }, true),
    'ALREADY_DECIDED',
  )
})

test('a token for a review decides no release, and one for a release no review', () => {
  const review: Gate = { ...gate, purpose: 'review', requestedBy: ['lead-1'] }
  assert.equal(outcomeOf(checked({ purpose: 'review' })), 'TOKEN_INVALID')
  assert.equal(outcomeOf(checked(), review), 'TOKEN_INVALID')
  const answer = checked({ purpose: 'review' })
  assert.match(
    judgeAnswer(review, answer, hour).outcome.sentence,
    /First Approver upheld car-loan\/1/,
  )
  const breaker = checked({ purpose: 'review', sub: 'lead-1' })
  assert.equal(outcomeOf(breaker, review), 'SELF_APPROVAL')
})

test('what is approved and kept by a freeze is withdrawn by whoever may reject, until it moves', () => {
  const approved = judgeAnswer(gate, checked(), hour).gate
  const back = checked({ answer: 'reject', sub: 'second', name: 'Second Approver' })
  const held = { reason: 'the source is broken', held: true, withdrawable: true }
  const late = 20 * hour
  const { gate: after, outcome } = judgeAnswer(approved, back, late, held)
  assert.equal(outcome.outcome, 'WITHDRAWN')
  assert.equal(outcome.sentence, 'Second Approver withdrew car-loan/1')
  assert.deepEqual(after.decided, {
    ...{ answer: 'reject', by: 'Second Approver', atMs: late, withdrew: true },
  })
  const said = (on: Gate, answer: CheckedAnswer, circumstances = held) =>
    judgeAnswer(on, answer, late, circumstances).outcome
  assert.equal(said(approved, back, { ...held, held: false }).outcome, 'ALREADY_DECIDED')
  assert.equal(said(approved, back, { ...held, withdrawable: false }).outcome, 'ALREADY_DECIDED')
  assert.equal(said(approved, checked()).outcome, 'ALREADY_DECIDED')
  assert.equal(said(approved, checked({ answer: 'reject', roles: [] })).outcome, 'NOT_AUTHORISED')
  const other = checked({ answer: 'reject', digest: 'before' })
  assert.equal(said(approved, other).outcome, 'STALE_EVIDENCE')
  assert.match(said(after, back).sentence, /^Second Approver already withdrew it at/)
  const broken = { ...after, breakGlass: { role: 'approver' } }
  assert.equal(said(broken, checked({ breakGlass: true })).outcome, 'ALREADY_DECIDED')
})

test('an answer to a drill counts for no release, and a person’s for no drill', () => {
  const drill: Gate = {
    ...{ ...gate, purpose: 'drill', places: [{ role: 'driftgate-drill', count: 1 }] },
  }
  const roles = ['driftgate-drill', 'approver']
  const service: Partial<DecisionClaims> = { sub: 'drill', roles, purpose: 'drill' }
  assert.equal(outcomeOf(checked(service), drill), 'APPROVED')
  assert.equal(outcomeOf(checked(service), gate), 'TOKEN_INVALID')
  assert.equal(outcomeOf(checked(), drill), 'TOKEN_INVALID')
  // Not even with the purpose: nobody is given the role.
  assert.equal(outcomeOf(checked({ purpose: 'drill' }), drill), 'NOT_AUTHORISED')
})
