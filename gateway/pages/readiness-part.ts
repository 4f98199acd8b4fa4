import type { Readiness } from '../../contracts/drill.ts'
import { provenInWords } from '../../reports/drill-words.ts'
import { type Html, html } from './html.ts'

/** When a release of the model was last proven to go through, and why one may not today; null: no drill is configured. */
export const readinessLine = (readiness: Readiness | null): Html | null =>
  readiness &&
  html`<p class="faint">Delivery ${provenInWords(readiness)}${readiness.trouble === null ? '' : `; ${readiness.trouble}`}</p>`

/** The same of all models that have drills; null: none has. */
export function readinessPart(
  all: readonly { readonly model: string; readonly readiness: Readiness }[],
): Html | null {
  if (all.length === 0) return null
  return html`<h2>Delivery</h2>
<div class="scroll"><table class="left">
  <thead><tr><th scope="col">model</th><th scope="col">proven ready</th><th scope="col">why it may not be today</th></tr></thead>
  <tbody>${all.map(
    ({ model, readiness }) =>
      html`<tr><td>${model}</td><td>${provenInWords(readiness)}</td><td>${readiness.trouble ?? ''}</td></tr>`,
  )}</tbody>
</table></div>`
}
