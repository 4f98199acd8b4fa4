import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditDecision } from '../../contracts/audit.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { chainStart, linkHash } from '../../contracts/decision.ts'
import { checkChain, checkEvidence } from '../../policies/decision-chain.ts'
import { digestOf, sha256 } from '../../profiles/index.ts'

type Link = Omit<AuditDecision, 'kind'>

const evidence = { model: 'm', candidate: { version: '2' } }

function chain(reasons: readonly string[]): Link[] {
  let prevHash = chainStart
  return reasons.map((reason, index) => {
    const seq = index + 1
    const decision = canonicalJson({
      schema: 'driftgate-decision-record/1',
      seq,
      id: `id-${seq}`,
      release: 'm/1',
      evidenceDigest: digestOf(evidence),
      person: 'p',
      name: 'P',
      answer: 'approve',
      outcome: 'APPROVED',
      sentence: 'P approved m/1',
      reason,
      jti: null,
      at: '2026-01-01T00:00:00.000Z',
    })
    const hash = linkHash(sha256, prevHash, decision)
    const link = { seq, decision, prevHash, hash }
    prevHash = hash
    return link
  })
}

const broken = (reason: RegExp) => ({ code: 'DECISION_CHAIN_BROKEN', message: reason })

test('a whole chain is checked, and a kept head is found within it', () => {
  const links = chain(['a', 'b', 'c'])
  const { decisions, head, keptHead } = checkChain(sha256, links, links[1]?.hash)
  assert.deepEqual(
    decisions.map(({ reason }) => reason),
    ['a', 'b', 'c'],
  )
  assert.equal(head, links[2]?.hash)
  assert.equal(keptHead, 2)
  assert.deepEqual(checkChain(sha256, []), { decisions: [], head: chainStart, keptHead: null })
})

test('every way to tamper with it is found', () => {
  const links = chain(['a', 'b', 'c', 'd'])
  const head = links[3]!.hash
  const check = (changed: readonly Link[], kept?: string) => () => checkChain(sha256, changed, kept)
  const changed = links.map((link) =>
    link.seq === 2 ? { ...link, decision: link.decision.replace('"b"', '"x"') } : link,
  )
  assert.throws(check(changed), broken(/at 2: its text was changed/))
  assert.throws(check(links.toSpliced(1, 1)), broken(/at 3: number 2 is missing/))
  assert.throws(check([links[1]!, links[0]!, ...links.slice(2)]), broken(/at 2/))
  const renumbered = links.toSpliced(1, 1).map((link, index) => ({ ...link, seq: index + 1 }))
  assert.throws(check(renumbered), broken(/at 2: it does not follow/))
  const inserted = [links[0]!, { ...links[0]!, seq: 2 }, ...links.slice(1)]
  assert.throws(check(inserted), broken(/at 2/))
  assert.throws(check(links.slice(0, 3), head), broken(/cut short or written anew/))
  assert.throws(check(chain(['a', 'b', 'c', 'x']), head), broken(/cut short or written anew/))
  // By themselves both look right.
  check(links.slice(0, 3))()
  check(chain(['a', 'b', 'c', 'x']))()
})

test('a text with a number of its own, or that is no decision, is found though its hash is right', () => {
  const rehashed = (decision: string): Link[] => [
    { seq: 1, decision, prevHash: chainStart, hash: linkHash(sha256, chainStart, decision) },
  ]
  const [first] = chain(['a'])
  const other = first!.decision.replace('"seq":1', '"seq":7')
  assert.throws(() => checkChain(sha256, rehashed(other)), broken(/another number/))
  assert.throws(() => checkChain(sha256, rehashed('{"a":')), broken(/no decision/))
})

test('evidence that is missing or was changed is found', () => {
  const { decisions } = checkChain(sha256, chain(['a']))
  const shown = {
    kind: 'evidence' as const,
    digest: digestOf(evidence),
    release: 'm/1',
    shownAt: '2026-01-01T00:00:00.000Z',
    evidence,
  }
  checkEvidence(sha256, decisions, [shown])
  const missing = broken(/at 1: the evidence .* is missing or was changed/)
  assert.throws(() => checkEvidence(sha256, decisions, []), missing)
  const changed = { ...shown, evidence: { ...evidence, model: 'other' } }
  assert.throws(() => checkEvidence(sha256, decisions, [changed]), missing)
})
