import type { IncidentWhy, WindowWhy } from '../../contracts/why.ts'
import { whyWords, windowsOf } from '../../reports/why-words.ts'
import { type Html, html } from './html.ts'
import { listed } from './listed.ts'

/** Which kind of drift an incident is of and what that suggests, and which rows it is mostly of. */
export function whyParts(why: IncidentWhy): Html {
  const told = windowsOf(why)
  const rows = [...new Set(told.flatMap((window) => whyWords(window).rows))]
  return html`${told.length > 0 && html`<h2>Which kind</h2>\n${told.map(kindPart)}`}
${rows.length > 0 && html`<h2>Which rows</h2>\n${listed(rows)}`}`
}

function kindPart(why: WindowWhy): Html {
  const { title, by, reasons, suggests } = whyWords(why)
  return html`<h3>${title}</h3>
${suggests !== '' && html`<p>${suggests}</p>`}
<p class="faint">${by}</p>
${reasons.length > 0 && listed(reasons)}`
}
