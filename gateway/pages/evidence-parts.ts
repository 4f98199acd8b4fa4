import { freezeInWords } from '../../contracts/freeze-text.ts'
import type { Incident } from '../../contracts/incident.ts'
import type { ReleaseEvidence, ReleaseView } from '../../contracts/release.ts'
import { guardedRows, guardLines, sureLines } from '../../reports/comparison-words.ts'
import { gateInWords } from '../../reports/gate-words.ts'
import {
  count,
  instant,
  metricChange,
  metricValue,
  shortDigest,
  signed,
  span,
} from '../../reports/numbers.ts'
import { appliedInWords } from '../../reports/policy-words.ts'
import { gainsOf } from '../../reports/release-gain.ts'
import { releaseSvg } from '../../reports/release-svg.ts'
import { escalationLine, limitsOf, wordsOf } from '../../reports/release-words.ts'
import { type Html, html, trusted } from './html.ts'

/** Why now. */
export function whyPart(view: ReleaseView, incidents: readonly Incident[]): Html {
  const { evidence } = view
  const report = 'driftReport' in evidence ? evidence.driftReport : null
  const since = incidents.map(
    ({ headline, firstWindow, windows }) => html`<p>${headline}</p>
<p class="faint">Since the window from ${instant(firstWindow.start)}, ${windows} ${windows === 1 ? 'window' : 'windows'} so far.</p>`,
  )
  const verdict =
    report &&
    html`<p>The verdict ${report.verdict}, evidence <code>${shortDigest(report.evidenceDigest)}</code>.</p>`
  return html`<h2>Why now</h2>
${since.length > 0 ? since : verdict}
${'reason' in evidence ? html`<p>Because: ${evidence.reason}</p>` : null}
${'appliedBy' in evidence ? html`<p>${appliedInWords(evidence)}.</p>` : null}
<p>Asked for by ${view.requestedBy.map(inWords).join(', ') || 'nobody by name'}.</p>`
}

/** `rule:automatic` is no person. */
const inWords = (asker: string): string =>
  asker.startsWith('rule:') ? `the rule "${asker.slice('rule:'.length)}"` : asker

/** How good: before, after and gain, as a picture and as a table. */
export function goodPart(evidence: ReleaseEvidence): Html {
  return html`<h2>How good</h2>
<p>Both versions answered the same ${count(evidence.heldOut.rows)} later rows, which neither was trained on.</p>
<div class="picture" tabindex="0">${trusted(releaseSvg(evidence))}</div>
<div class="scroll"><table>
  <thead><tr><th scope="col">metric</th><th scope="col">before (${evidence.champion.version})</th><th scope="col">after (${evidence.candidate.version})</th><th scope="col">gain</th></tr></thead>
  <tbody>${gainsOf(evidence).map(
    ({ title, before, after, gain }) =>
      html`<tr><th scope="row">${title}</th><td>${metricValue(before)}</td><td>${metricValue(after)}</td><td class="${gain > 0 ? 'green' : gain < 0 ? 'red' : 'grey'}">${metricChange(gain)} ${gain > 0 ? 'better' : gain < 0 ? 'worse' : 'same'}</td></tr>`,
  )}</tbody>
</table></div>
${surePart(evidence)}`
}

/** How sure: the paired test; nothing of what was compared before there was one. */
function surePart(evidence: ReleaseEvidence): Html | null {
  const lines = sureLines(evidence)
  return lines.length === 0
    ? null
    : html`<h2>How sure</h2>
${lines.map((line) => html`<p>${line}</p>`)}`
}

/** Segments and pairs of protected groups, those first that lose most. */
function guardedPart(evidence: ReleaseEvidence): Html | null {
  const rows = guardedRows(evidence)
  if (rows.length === 0) return null
  return html`<div class="scroll"><table>
  <thead><tr><th scope="col">guarded</th><th scope="col">rows</th><th scope="col">before</th><th scope="col">after</th><th scope="col">change</th><th scope="col">certainly worse by</th></tr></thead>
  <tbody>${rows.map(
    ({ name, rows: size, before, after, certain, refused }) =>
      html`<tr><th scope="row">${name}</th><td>${count(size)}</td><td>${before.toFixed(3)}</td><td>${after.toFixed(3)}</td><td>${signed(after - before)}</td><td class="${refused ? 'red' : 'grey'}">${certain > 0 ? certain.toFixed(4) : 'nothing'}</td></tr>`,
  )}</tbody>
</table></div>`
}

/** How risky. */
export function riskPart(evidence: ReleaseEvidence): Html {
  const limits = limitsOf(evidence)
  const worse = gainsOf(evidence).filter(({ gain }) => gain < 0)
  return html`<h2>How risky</h2>
<p>${evidence.policy.critical ? 'A critical model: it changes only with an approval.' : 'Not a critical model.'} ${wordsOf(evidence).means}.</p>
${worse.length > 0 ? html`<p class="red">Worse than before: ${worse.map(({ title }) => title).join(', ')}.</p>` : null}
${guardLines(evidence).map((line) => html`<p>${line}</p>`)}
${guardedPart(evidence)}
${limits.length > 0 ? html`<ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>` : null}`
}

export const ifNobodyActs = (view: ReleaseView): Html => html`<h2>If nobody acts</h2>
<p>The request expires ${instant(view.expiresAt)}; then ${wordsOf(view.evidence).stays}.</p>
${escalationLine(view).map((line) => html`<p>${line}</p>`)}
${view.freeze ? html`<p><strong>${capital(freezeInWords(view.freeze, instant))}.</strong> Answers count, and what is approved moves afterwards.</p>` : null}`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Every answer so far, refused ones too. */
export function decisionsPart({ decisions }: ReleaseView): Html | null {
  if (decisions.length === 0) return null
  return html`<h2>Answers so far</h2>
<div class="scroll"><table class="left">
  <thead><tr><th scope="col">when</th><th scope="col">who</th><th scope="col">outcome</th><th scope="col">reason</th></tr></thead>
  <tbody>${decisions.map(
    ({ at, person, outcome, reason, hash, ...more }) =>
      html`<tr><td>${instant(at)}</td><td>${person || 'unknown'}${howPart(more)}</td><td>${outcome}${more.review ? html` <small>(review)</small>` : null}<br><small><code title="${hash}">${shortDigest(hash)}</code></small></td><td>${reason}</td></tr>`,
  )}</tbody>
</table></div>`
}

type How = Omit<ReleaseView['decisions'][number], 'at' | 'person' | 'outcome' | 'reason' | 'hash'>

/** For whom, by which account, alone, and who counts for what. */
function howPart({ account, accountOf, onBehalfOf, brokeGlass, quorum }: How): Html {
  const lines = [
    ...(account ? [`account ${account} of ${accountOf ?? ''}`] : []),
    ...(brokeGlass ? ['broke the glass'] : []),
    ...(quorum && quorum.of > 1 ? quorum.taken.map((each) => `${each.person}: ${each.place}`) : []),
  ]
  return html`${onBehalfOf ? ` for ${onBehalfOf}` : ''}${lines.map((line) => html`<br><small>${line}</small>`)}`
}

/** What the answer is bound to. */
export function evidencePart({ evidence, evidenceDigest }: ReleaseView, facts: Html): Html {
  const { policy } = evidence
  return html`<h2>Evidence</h2>
<dl>
  <dt>digest</dt><dd><code>${evidenceDigest}</code></dd>
  ${facts}
  <dt>policy</dt><dd>${gateInWords(policy).join('; ')}; <code>${shortDigest(policy.digest)}</code></dd>
</dl>
<p class="faint">An answer counts only for exactly this evidence. If any of it changes, the request is void and asked anew.</p>`
}

/** Of a version. */
export const versionFacts = (
  evidence: ReleaseEvidence,
): Html => html`<dt>trained on</dt><dd>${span(evidence.trainedOn)}</dd>
  <dt>judged on</dt><dd>${count(evidence.heldOut.rows)} rows, ${span(evidence.heldOut)}</dd>
  <dt>candidate</dt><dd>version ${evidence.candidate.version}, <code>${shortDigest(evidence.candidate.digest)}</code>, run ${evidence.candidate.runKey}</dd>
  <dt>target</dt><dd>generation <code>${evidence.targetGeneration}</code></dd>`
