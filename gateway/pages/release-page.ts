import type { Readiness } from '../../contracts/drill.ts'
import type { Incident } from '../../contracts/incident.ts'
import type { PendingPolicy } from '../../contracts/policy-change.ts'
import { type Evidence, type ReleaseView, subjectOf } from '../../contracts/release.ts'
import { instant } from '../../reports/numbers.ts'
import { heldInWords, wordsOf } from '../../reports/release-words.ts'
import type { Said, Session } from '../cookies.ts'
import type { ReceivedRight } from '../received-rights.ts'
import { decidePart, withdrawPart } from './decide-part.ts'
import {
  decisionsPart,
  evidencePart,
  goodPart,
  ifNobodyActs,
  riskPart,
  versionFacts,
  whyPart,
} from './evidence-parts.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { pendingPart } from './pending-part.ts'
import { differencesPart, loosenedPart, policyFacts } from './policy-parts.ts'
import { changePart, heldPart, proposalFacts } from './proposal-parts.ts'
import { readinessLine } from './readiness-part.ts'
import { stateLook } from './release-state.ts'
import { reviewPart } from './review-part.ts'
import { rolloutPart } from './rollout-part.ts'
import { saidPart } from './said-part.ts'

export interface ReleasePage {
  readonly view: ReleaseView
  /** That it answers; none: a person asked. */
  readonly incidents: readonly Incident[]
  /** Why it ended as it did; empty while it is open. */
  readonly ending: string
  readonly session: Session
  readonly environment: string
  readonly said: Said | null
  /** Of the model, policies that were applied and are not in force. */
  readonly policies: readonly PendingPolicy[]
  /** Rights to answer that others handed to whoever looks. */
  readonly received: readonly ReceivedRight[]
  /** Whether one would go through today; null: no drill is configured. */
  readonly readiness: Readiness | null
  readonly nowMs: number
}

/** One release: which model, why now, how good, how risky, what if nobody acts; then the answer. */
export function releasePage(page: ReleasePage): string {
  const { view, session, environment, said } = page
  const { evidence } = view
  const look = stateLook(view.state, subjectOf(evidence))
  const title = `${view.model}: ${wordsOf(evidence).title}`
  const parts = partsOf(evidence)
  return layout({
    title: `${look.icon} ${view.release} ${look.word}`,
    session,
    environment,
    ...(view.state === 'promoting' && !isHeld(view)
      ? { refreshSeconds: view.rollout ? 10 : 3 }
      : {}),
    body: html`<p><span class="state ${look.role}"><span aria-hidden="true">${look.icon}</span> ${look.word}</span>
  <span class="faint">release ${view.release}, asked ${instant(view.openedAt)}</span></p>
<h1>${title}</h1>
${said ? saidPart(said) : null}
${view.state === 'waiting' ? null : html`<div class="notice ${look.role}"><p><strong>${isHeld(view) ? 'Approved, and kept by a freeze.' : look.sentence}</strong></p>${keptBy(page) ? html`<p>${keptBy(page)}</p>` : null}</div>`}
${reviewPart(view, session)}
${rolloutPart(view, session)}
${pendingPart(page.policies.filter(({ release }) => release !== view.release))}
${whyPart(view, page.incidents)}
${parts.good}
${parts.risk}
${view.state === 'waiting' ? ifNobodyActs(view) : null}
${view.state === 'waiting' ? decidePart(page) : isHeld(view) ? withdrawPart(page) : null}
${decisionsPart(view)}
${readinessLine(page.readiness)}
${evidencePart(view, parts.facts)}`,
  })
}

/** Approved, and a freeze keeps it from moving: somebody may be typing why it must not. */
const isHeld = ({ state, freeze, decisions }: ReleaseView): boolean =>
  state === 'promoting' && freeze != null && !decisions.some(({ brokeGlass }) => brokeGlass)

/** Why it ended as it did, or what keeps it from moving. */
const keptBy = ({ ending, view }: ReleasePage): string => ending || heldInWords(view)

/** How good and how risky, and what the answer is bound to. */
function partsOf(evidence: Evidence): { good: Html; risk: Html; facts: Html } {
  switch (evidence.schema) {
    case 'driftgate-evidence/1':
      return { good: goodPart(evidence), risk: riskPart(evidence), facts: versionFacts(evidence) }
    case 'driftgate-proposal-evidence/1':
      return {
        good: changePart(evidence),
        risk: heldPart(evidence),
        facts: proposalFacts(evidence),
      }
    case 'driftgate-policy-evidence/1':
      return {
        good: differencesPart(evidence),
        risk: loosenedPart(evidence),
        facts: policyFacts(evidence),
      }
  }
}
