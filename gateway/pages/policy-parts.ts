import type { PolicyEvidence } from '../../contracts/release.ts'
import { shortDigest } from '../../reports/numbers.ts'
import { policyRows, policySentence } from '../../reports/policy-words.ts'
import { wordsOf } from '../../reports/release-words.ts'
import { type Html, html } from './html.ts'

/** In what the gate that is asked for differs from the one in force. */
export function differencesPart(evidence: PolicyEvidence): Html {
  return html`<h2>What would change</h2>
<p>The gate gets ${policySentence(evidence)}.</p>
<ul>${evidence.differences.map(
    ({ direction, what }) =>
      html`<li><strong class="${direction === 'looser' ? 'red' : 'green'}">${direction}</strong>: ${what}</li>`,
  )}</ul>
<div class="scroll"><table class="left">
  <thead><tr><th scope="col">the gate</th><th scope="col">in force</th><th scope="col">asked for</th></tr></thead>
  <tbody>${policyRows(evidence).map(
    ({ what, before, after }) =>
      html`<tr><th scope="row">${what}</th><td>${before}</td><td>${after}</td></tr>`,
  )}</tbody>
</table></div>`
}

/** What it means to put it in force. */
export const loosenedPart = (evidence: PolicyEvidence): Html => html`<h2>How risky</h2>
<p>A critical model: its gate gets looser only with an approval at the gate in force. ${wordsOf(evidence).means}. Nobody can do this alone by breaking the glass.</p>`

/** What the answer is bound to. */
export const policyFacts = (
  evidence: PolicyEvidence,
): Html => html`<dt>configuration</dt><dd>version ${evidence.configVersion}, applied by ${evidence.appliedBy}</dd>
  <dt>gate in force</dt><dd><code>${shortDigest(evidence.policy.digest)}</code></dd>`
