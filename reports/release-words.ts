import { freezeInWords } from '../contracts/freeze-text.ts'
import { standInsInWords } from '../contracts/gate-policy.ts'
import type {
  Evidence,
  PolicyEvidence,
  ProposalEvidence,
  ReleaseEvidence,
  ReleaseView,
  Review,
} from '../contracts/release.ts'
import { instant, span } from './numbers.ts'
import { policyPicture, policySentence } from './policy-words.ts'
import { proposalPicture, proposalSentence } from './proposal-picture.ts'
import { gainSentence } from './release-gain.ts'
import { releasePicture } from './release-picture.ts'
import type { Canvas } from './vocabulary.ts'

/** What a release is about, in the words of what it puts in place. */
export interface ReleaseWords {
  readonly title: string
  /** How good it is, in a sentence. */
  readonly summary: string
  readonly candidate: string
  /** What an approval does. */
  readonly approved: string
  /** What that means, without a full stop. */
  readonly means: string
  /** What is without one. */
  readonly stays: string
}

/** What is known to be worse or not yet certain of a version, a sentence each. */
export const limitsOf = ({ knownLimits, provisional }: ReleaseEvidence): string[] => [
  ...knownLimits,
  ...provisional.map((each) => `provisional: ${each}`),
]

export function wordsOf(evidence: Evidence): ReleaseWords {
  switch (evidence.schema) {
    case 'driftgate-evidence/1':
      return ofVersion(evidence)
    case 'driftgate-proposal-evidence/1':
      return ofReference(evidence)
    case 'driftgate-policy-evidence/1':
      return ofPolicy(evidence)
  }
}

/** What an approver is shown in a terminal. */
export function evidencePicture(evidence: Evidence, canvas?: Canvas): string {
  switch (evidence.schema) {
    case 'driftgate-evidence/1':
      return releasePicture(evidence, canvas)
    case 'driftgate-proposal-evidence/1':
      return proposalPicture(evidence, canvas)
    case 'driftgate-policy-evidence/1':
      return policyPicture(evidence, canvas)
  }
}

/** What keeps something that is approved from moving; empty: nothing does. */
export const heldInWords = ({ state, freeze }: ReleaseView): string =>
  state === 'promoting' && freeze
    ? `Releases are ${freezeInWords(freeze, instant)}; it moves afterwards, unless it is withdrawn.`
    : ''

/** Who is asked when nobody decides, or since when they are; nothing where there is nobody else. */
export function escalationLine({ openedAt, escalatedAt, evidence }: ReleaseView): string[] {
  const { escalation } = evidence.policy
  if (escalation === undefined) return []
  const who = standInsInWords(escalation)
  if (escalatedAt !== undefined) return [`Escalated ${instant(escalatedAt)} to ${who}.`]
  const due = new Date(Date.parse(openedAt) + escalation.after).toISOString()
  return [`${who.charAt(0).toUpperCase()}${who.slice(1)} are asked too from ${instant(due)} on.`]
}

/** What is left to be done about a release whose glass was broken. */
export const reviewLine = ({ state, dueAt, overdueSince }: Review): string[] =>
  state !== 'open'
    ? []
    : overdueSince === null
      ? [`Others have to review it until ${instant(dueAt)}.`]
      : [`Nobody has reviewed it: overdue since ${instant(dueAt)}.`]

const howItMoves = ({ rollout }: ReleaseEvidence): string =>
  rollout === undefined
    ? 'All traffic moves at once'
    : `Traffic moves in steps, each of which must be healthy, and goes back by itself: ${rollout.join('; ')}`

const ofVersion = (evidence: ReleaseEvidence): ReleaseWords => ({
  title: `version ${evidence.candidate.version} for version ${evidence.champion.version}`,
  summary: gainSentence(evidence),
  candidate: `version ${evidence.candidate.version}`,
  approved: evidence.rollout
    ? `version ${evidence.candidate.version} takes all traffic, step by step`
    : `version ${evidence.candidate.version} takes all traffic`,
  means: `${howItMoves(evidence)}; version ${evidence.champion.version} stays registered as the way back`,
  stays: `version ${evidence.champion.version} stays`,
})

const ofReference = (evidence: ProposalEvidence): ReleaseWords => ({
  title: `what the log holds from ${span(evidence.range)} as the reference`,
  summary: proposalSentence(evidence),
  candidate: `reference from ${span(evidence.range)}`,
  approved: 'windows from the next one on are held against it',
  means: 'Whatever the range holds counts as normal from the next window on',
  stays: 'the reference in force stays',
})

const ofPolicy = (evidence: PolicyEvidence): ReleaseWords => ({
  title: `a looser gate (configuration version ${evidence.configVersion})`,
  summary: `the gate gets ${policySentence(evidence)}`,
  candidate: `gate of configuration version ${evidence.configVersion}`,
  approved: `the gate of configuration version ${evidence.configVersion} comes into force`,
  means: 'Whatever is released from then on passes by the new gate; what waits is asked anew by it',
  stays: 'the gate in force stays',
})
