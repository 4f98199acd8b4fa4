import type { AuditDecision, AuditEvidence } from '../contracts/audit.ts'
import { canonicalJson } from '../contracts/canonical-json.ts'
import {
  chainStart,
  type Decision,
  decisionSchema,
  linkHash,
  type Sha256,
} from '../contracts/decision.ts'
import { DriftgateError } from '../contracts/errors.ts'

export interface CheckedChain {
  readonly decisions: readonly Decision[]
  readonly head: string
  /** Number of the link whose hash is the kept head; null: none was given. */
  readonly keptHead: number | null
}

/**
 * Recomputes every hash, in order. DECISION_CHAIN_BROKEN where a decision was changed, removed, added or put elsewhere, and
 * where no link has the hash `head` that somebody kept outside: then the chain was cut short or written anew.
 */
export function checkChain(
  sha256: Sha256,
  links: readonly Omit<AuditDecision, 'kind'>[],
  head?: string,
): CheckedChain {
  let previous = chainStart
  let keptHead = head === chainStart ? 0 : null
  const decisions = links.map((link, index) => {
    if (link.seq !== index + 1) throw broken(link.seq, `number ${index + 1} is missing`)
    if (link.prevHash !== previous) throw broken(link.seq, 'it does not follow the one before')
    if (link.hash !== linkHash(sha256, previous, link.decision)) {
      throw broken(link.seq, 'its text was changed')
    }
    previous = link.hash
    if (link.hash === head) keptHead = link.seq
    return decisionOf(link)
  })
  if (head !== undefined && keptHead === null) {
    const reason = `no decision has the hash ${head}: the chain ends with ${previous}, so it was cut short or written anew`
    throw broken(links.length, reason)
  }
  return { decisions, head: previous, keptHead }
}

/** Every decision on evidence has it, and the evidence is what its digest says. Throws DECISION_CHAIN_BROKEN. */
export function checkEvidence(
  sha256: Sha256,
  decisions: readonly Decision[],
  shown: readonly AuditEvidence[],
): void {
  const digests = new Set<string>()
  for (const { digest, evidence } of shown) {
    if (sha256(canonicalJson(evidence)) === digest) digests.add(digest)
  }
  for (const { seq, evidenceDigest } of decisions) {
    if (digests.has(evidenceDigest)) continue
    throw broken(seq, `the evidence ${evidenceDigest} is missing or was changed`)
  }
}

function decisionOf({ seq, decision }: Omit<AuditDecision, 'kind'>): Decision {
  try {
    const read = decisionSchema.parse(JSON.parse(decision))
    if (read.seq === seq) return read
  } catch (cause) {
    throw broken(seq, 'its text is no decision', cause)
  }
  throw broken(seq, 'its text has another number')
}

const broken = (seq: number, reason: string, cause?: unknown): DriftgateError =>
  new DriftgateError('DECISION_CHAIN_BROKEN', { seq, reason }, { cause })
