import type { Card, CardAction } from '../contracts/card.ts'
import { freezeInWords } from '../contracts/freeze-text.ts'
import { placesInWords, placesOf, standInOf, standInsInWords } from '../contracts/gate-policy.ts'
import type { Incident } from '../contracts/incident.ts'
import type { Evidence, ReleaseState, ReleaseView } from '../contracts/release.ts'
import { asAnswered } from './as-answered.ts'
import { guardLines, sureLines } from './comparison-words.ts'
import { instant, metricChange, metricValue } from './numbers.ts'
import { appliedInWords, differencesInWords } from './policy-words.ts'
import { factsOf } from './proposal-picture.ts'
import { gainsOf } from './release-gain.ts'
import { releaseAlt } from './release-svg.ts'
import { escalationLine, heldInWords, limitsOf, reviewLine, wordsOf } from './release-words.ts'
import { states } from './vocabulary.ts'

export interface CardInput {
  readonly view: ReleaseView
  /** That it answers, the one that asked for it the most first; empty: no incident asked for it. */
  readonly incidents: readonly Incident[]
  /** Why it ended as it did; empty while it is open. */
  readonly ending: string
  readonly environment: string
  /** The page of the release. */
  readonly link: string
}

const looks: Readonly<Record<ReleaseState | 'stale', { icon: string; word: string }>> = {
  waiting: { icon: states.waiting.icon, word: 'waiting for approval' },
  promoting: { icon: states.running.icon, word: 'approved, on its way' },
  promoted: { icon: states.ok.icon, word: 'approved and in place' },
  'rolled-back': { icon: states.failed.icon, word: 'rolled back' },
  rejected: { icon: states.failed.icon, word: 'rejected' },
  expired: { icon: states.stale.icon, word: 'expired' },
  void: { icon: states.stale.icon, word: 'void' },
  failed: { icon: states.failed.icon, word: 'approved, but failed' },
  stale: { icon: states.stale.icon, word: 'out of date, asked anew' },
}

/** A request as chat shows it: which model, why now, how good, how risky, what if nobody acts, who and until when. */
export function releaseCard({
  view: asked,
  incidents,
  ending,
  environment,
  link,
}: CardInput): Card {
  const view = asAnswered(asked)
  const { evidence, state } = view
  const words = wordsOf(evidence)
  const open = state === 'waiting'
  return {
    schema: 'driftgate-card/1',
    subject: { kind: 'release', id: view.release },
    environment,
    model: view.model,
    state,
    headline: headlineOf(view.model, words.title, state),
    why: whyOf(view, incidents),
    good: goodOf(evidence),
    sure: evidence.schema === 'driftgate-evidence/1' ? sureLines(evidence) : [],
    risk: riskOf(evidence),
    next: stepsOf(view),
    ifNobody: open ? ifNobodyOf(view) : null,
    who: open ? whoOf(view) : null,
    until: view.expiresAt,
    answers: answersOf(view, ending || heldInWords(view)),
    evidenceDigest: view.evidenceDigest,
    link,
    actions: open ? actionsOf(view, words.approved) : [],
    picture:
      evidence.schema === 'driftgate-evidence/1'
        ? { alt: releaseAlt(evidence), link: `${link}/picture.png` }
        : null,
    anew: null,
  }
}

/** Where its traffic stands, and what is known of the step in place. */
const stepsOf = ({ rollout, state }: ReleaseView): string[] => {
  if (rollout == null || state === 'waiting') return []
  const { sentence, health, stages } = rollout
  const now = stages.find((stage) => stage.state === 'now')
  return [
    sentenceOf(`${sentence}.`),
    ...(now?.until ? [`This step lasts until ${instant(now.until)}.`] : []),
    ...(health === null ? [] : [`${health.state}: ${health.reason}`]),
  ]
}

const actionsOf = (
  { release: subject, evidenceDigest: digest }: ReleaseView,
  approved: string,
): CardAction[] => [
  { verb: 'approve', subject, digest, confirm: sentenceOf(approved) },
  { verb: 'reject', subject, digest, confirm: null },
]

const sentenceOf = (words: string): string => `${words[0]?.toUpperCase()}${words.slice(1)}.`

/** The card while an answer on it is being recorded: nothing can be pressed. */
export const recordingCard = (card: Card, what: string): Card => ({
  ...card,
  answers: [...card.answers, `⏳ recording ${what}`],
  actions: [],
})

/** The same card after what it shows has changed: it asks nothing any more and says where the request is now. */
export const staleCard = (card: Card, anew: string): Card => ({
  ...card,
  state: 'stale',
  headline: headlineOf(card.model, card.subject.id, 'stale'),
  ifNobody: null,
  who: null,
  actions: [],
  answers: ['What it shows has changed, so nothing that was answered here counts.'],
  anew,
})

const headlineOf = (model: string, title: string, state: ReleaseState | 'stale'): string =>
  `${looks[state].icon} ${looks[state].word}: ${model}, ${title}`

function whyOf({ requestedBy, evidence }: ReleaseView, incidents: readonly Incident[]): string[] {
  const asker = requestedBy.map(inWords).join(', ') || 'nobody by name'
  return [
    ...incidents.flatMap(({ headline, firstWindow }) => [
      headline,
      `Since the window from ${instant(firstWindow.start)}.`,
    ]),
    ...('reason' in evidence ? [`Because: ${evidence.reason}`] : []),
    ...('appliedBy' in evidence
      ? [
          sentenceOf(`${wordsOf(evidence).summary}.`),
          ...differencesInWords(evidence),
          `${appliedInWords(evidence)}.`,
        ]
      : []),
    `Asked for by ${asker}.`,
  ]
}

/** `rule:automatic` is no person. */
const inWords = (asker: string): string =>
  asker.startsWith('rule:') ? `the rule "${asker.slice('rule:'.length)}"` : asker

function goodOf(evidence: Evidence): string[] {
  const { summary } = wordsOf(evidence)
  // How good a gate is, nobody can measure.
  if (evidence.schema === 'driftgate-policy-evidence/1') return []
  if (evidence.schema === 'driftgate-proposal-evidence/1') return [summary, ...factsOf(evidence)]
  const gains = gainsOf(evidence).map(
    ({ title, before, after, gain }) =>
      `${title} ${metricValue(before)} → ${metricValue(after)} (${metricChange(gain)} ${gain > 0 ? 'better' : gain < 0 ? 'worse' : 'same'})`,
  )
  return [summary, ...gains]
}

function riskOf(evidence: Evidence): string[] {
  const { critical } = evidence.policy
  const kind = critical ? 'A critical model.' : 'Not a critical model.'
  const first = `${kind} ${wordsOf(evidence).means}.`
  return evidence.schema === 'driftgate-evidence/1'
    ? [first, ...guardLines(evidence), ...limitsOf(evidence)]
    : [first]
}

function ifNobodyOf(view: ReleaseView): string {
  const { expiresAt, evidence, freeze } = view
  const expiry = `It expires ${instant(expiresAt)}; then ${wordsOf(evidence).stays}.`
  const first = [...escalationLine(view), expiry].join(' ')
  if (!freeze) return first
  return `${first} Releases are ${freezeInWords(freeze, instant)}: answers count, and what is approved moves afterwards.`
}

function whoOf(view: ReleaseView): string {
  const { evidence, requestedBy, expiresAt } = view
  const { owners = [] } = evidence.policy
  const people = requestedBy.some((asker) => !asker.startsWith('rule:'))
  const byRule = requestedBy.some((asker) => asker.startsWith('rule:'))
  const not = [
    ...(people ? ['who asked for it'] : []),
    ...(byRule && owners.length > 0 ? [`the owners (${owners.join(', ')})`] : []),
  ]
  const so = soFar(view)
  const standIn = standInOf(view)
  return [
    placesInWords(placesOf(evidence.policy)),
    ...(standIn === null ? [] : [`, or in their place ${standInsInWords(standIn)}`]),
    ...(not.length > 0 ? [`, not ${not.join(' nor ')},`] : []),
    ` until ${instant(expiresAt)}`,
    ...(so === null ? [] : [`; ${so}`]),
  ].join('')
}

/** How far the approvals of what is asked now brought it; null: there are none. */
function soFar({ decisions, openedAt, askedAt = openedAt, evidence }: ReleaseView): string | null {
  const given = decisions.filter(
    ({ outcome, at, review }) =>
      outcome === 'ACCEPTED_PENDING_QUORUM' && !review && Date.parse(at) >= Date.parse(askedAt),
  )
  const last = given.at(-1)?.quorum
  if (last === undefined) {
    return given.length === 0 ? null : `${given.length} of ${evidence.policy.required} so far`
  }
  const missing = placesOf(evidence.policy).length === 1 ? '' : `, still missing ${last.missing}`
  return `${last.taken.length} of ${last.of} so far${missing}`
}

const ordered: Readonly<Record<string, string>> = {
  ...{ PAUSED: 'paused it', RESUMED: 'let it go on', ABORTED: 'aborted it' },
  ROLLED_BACK: 'rolled it back',
}

const counted = {
  ...{ ACCEPTED_PENDING_QUORUM: 'approved', APPROVED: 'approved' },
  ...{ REJECTED: 'rejected', WITHDRAWN: 'withdrew it' },
}
const reviewed = {
  ACCEPTED_PENDING_QUORUM: 'upheld it',
  APPROVED: 'upheld it',
  REJECTED: 'objected',
}

/** Answers that counted, who, when and why; then how it ended, and what is left to review. */
function answersOf({ decisions, review }: ReleaseView, ending: string): string[] {
  const given = decisions.flatMap((decision) => {
    const { outcome, person, onBehalfOf, at, reason, brokeGlass } = decision
    const verbs: Readonly<Record<string, string>> = decision.review
      ? reviewed
      : { ...counted, ...ordered }
    const verb = verbs[outcome]
    const who = onBehalfOf === undefined ? person : `${person} for ${onBehalfOf}`
    const how = brokeGlass ? 'broke the glass and ' : ''
    return verb ? [`${who} ${how}${verb}, ${instant(at)}${reason ? `: "${reason}"` : ''}`] : []
  })
  return [...given, ...(ending ? [ending] : []), ...(review ? reviewLine(review) : [])]
}
