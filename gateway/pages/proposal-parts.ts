import type { ProposalEvidence } from '../../contracts/release.ts'
import { instant, shortDigest, span } from '../../reports/numbers.ts'
import { factsOf, previewNote, proposalSentence } from '../../reports/proposal-picture.ts'
import { wordsOf } from '../../reports/release-words.ts'
import { type Html, html } from './html.ts'

/** What a proposed reference would change: the verdicts of the last windows before and after. */
export function changePart(evidence: ProposalEvidence): Html {
  return html`<h2>What would change</h2>
<p>${proposalSentence(evidence)}.</p>
<div class="scroll"><table class="left">
  <thead><tr><th scope="col">window</th><th scope="col">verdict</th><th scope="col">under the proposed reference</th></tr></thead>
  <tbody>${evidence.preview.map(
    ({ window, before, after }) =>
      html`<tr><td>${instant(window.start)}</td><td>${before}</td><td>${after === null ? 'nothing to hold it against' : html`${after.verdict}<br><small>${after.headline}</small>`}</td></tr>`,
  )}</tbody>
</table></div>
<p class="faint">${previewNote}.</p>`
}

/** What it holds, and what it means to put it in force. */
export function heldPart(evidence: ProposalEvidence): Html {
  return html`<h2>How risky</h2>
<p>${evidence.policy.critical ? 'A critical model: its reference changes only with an approval.' : 'Not a critical model.'} ${wordsOf(evidence).means}; verdicts that were reached stay as they are.</p>
<ul>${factsOf(evidence).map((fact) => html`<li>${fact}</li>`)}</ul>`
}

/** What the answer is bound to. */
export const proposalFacts = (
  evidence: ProposalEvidence,
): Html => html`<dt>data</dt><dd>${span(evidence.range)}, reading <code>${shortDigest(evidence.reading)}</code></dd>
  <dt>reference</dt><dd><code>${shortDigest(evidence.profile)}</code> instead of <code>${shortDigest(evidence.present.profile)}</code></dd>
  <dt>configuration</dt><dd>version ${evidence.configVersion}</dd>`
