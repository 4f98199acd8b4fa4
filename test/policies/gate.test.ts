import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecisionClaims } from '../../contracts/release.ts'
import { type CheckedAnswer, type Gate, judgeAnswer } from '../../policies/gate.ts'

const hour = 3_600_000
const gate: Gate = {
  release: 'car-loan/1',
  requestedBy: ['rule:automatic'],
  role: 'approver',
  required: 1,
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
  release: 'car-loan/1',
  digest: 'shown',
  answer: 'approve',
  iat: 0,
  exp: 300,
}
const checked = (
  changes: Partial<DecisionClaims> = {},
  more: { used?: boolean; currentDigest?: string } = {},
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
  const two = { ...gate, required: 2 }
  const first = judgeAnswer(two, checked(), hour)
  assert.equal(first.outcome.outcome, 'ACCEPTED_PENDING_QUORUM')
  assert.match(first.outcome.sentence, /1 of 2/)
  assert.equal(outcomeOf(checked({ jti: 'token-2' }), first.gate), 'DUPLICATE')
  const second = judgeAnswer(first.gate, checked({ sub: 'second', jti: 'token-3' }), hour)
  assert.equal(second.outcome.outcome, 'APPROVED')
})

test('a gate survives JSON at any step', () => {
  const { gate: after } = judgeAnswer({ ...gate, required: 2 }, checked(), hour)
  const copy = JSON.parse(JSON.stringify(after)) as Gate
  const answer = checked({ sub: 'second', jti: 'token-2' })
  assert.deepEqual(judgeAnswer(copy, answer, hour), judgeAnswer(after, answer, hour))
})
