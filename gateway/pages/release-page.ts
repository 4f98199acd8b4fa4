import type { Incident } from '../../contracts/incident.ts'
import type { ReleaseView } from '../../contracts/release.ts'
import { instant } from '../../reports/numbers.ts'
import type { Notice, Session } from '../cookies.ts'
import { decidePart } from './decide-part.ts'
import { decisionsPart, evidencePart, goodPart, riskPart, whyPart } from './evidence-parts.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { stateLook } from './release-state.ts'

export interface ReleasePage {
  readonly view: ReleaseView
  readonly incident: Incident | null
  /** Why it ended as it did; empty while it is open. */
  readonly ending: string
  readonly session: Session
  readonly environment: string
  readonly notice: Notice | null
  readonly nowMs: number
}

/** One release: which model, why now, how good, how risky, what if nobody acts; then the answer. */
export function releasePage(page: ReleasePage): string {
  const { view, session, environment, notice } = page
  const { evidence } = view
  const look = stateLook(view.state)
  const title = `${view.model}: version ${evidence.candidate.version} for version ${evidence.champion.version}`
  return layout({
    title: `${look.icon} ${view.release} ${look.word}`,
    session,
    environment,
    ...(view.state === 'promoting' ? { refreshSeconds: 3 } : {}),
    body: html`<p><span class="state ${look.role}"><span aria-hidden="true">${look.icon}</span> ${look.word}</span>
  <span class="faint">release ${view.release}, asked ${instant(view.openedAt)}</span></p>
<h1>${title}</h1>
${notice ? noticePart(notice) : null}
${view.state === 'waiting' ? null : html`<div class="notice ${look.role}"><p><strong>${look.sentence}</strong></p>${page.ending ? html`<p>${page.ending}</p>` : null}</div>`}
${whyPart(view, page.incident)}
${goodPart(evidence)}
${riskPart(view)}
${view.state === 'waiting' ? decidePart(page) : null}
${decisionsPart(view)}
${evidencePart(view)}`,
  })
}

const taken = ['APPROVED', 'REJECTED', 'ACCEPTED_PENDING_QUORUM']

/** What the answer just given did. Read out at once by a screen reader. */
function noticePart({ outcome, problem }: Notice): Html {
  if (outcome) {
    const role = taken.includes(outcome.outcome) ? 'green' : 'red'
    return html`<div class="notice ${role}" role="status"><p><strong>${outcome.outcome}</strong>: ${outcome.sentence}</p></div>`
  }
  return html`<div class="notice red" role="alert"><p><strong>${problem?.code ?? ''}</strong>: ${problem?.detail ?? ''}</p><p>${problem?.help ?? ''}</p></div>`
}
