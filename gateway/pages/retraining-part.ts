import type { HeldRetrainings } from '../../contracts/retraining-answer.ts'
import { instant } from '../../reports/numbers.ts'
import { type Html, html } from './html.ts'

/** What waits to be retrained and for what, and whether a storm holds everything; null: nothing does. */
export function retrainingPart({ waiting, storm }: HeldRetrainings): Html | null {
  if (waiting.length === 0 && storm === null) return null
  const title =
    waiting.length === 0
      ? 'No retraining starts by itself'
      : `${waiting.length} waiting to be retrained`
  return html`<h2>${title}</h2>
${storm === null ? null : stormSentence(storm)}
${waiting.length > 0 && waitingTable(waiting)}`
}

const stormSentence = (storm: NonNullable<HeldRetrainings['storm']>): Html =>
  html`<p>Since ${instant(storm.since)} ${storm.models.length} of ${storm.fleet} models breached at once, ${storm.stillBad} are still bad: suspect upstream. Nothing starts by itself until fewer are, or until an operator who knows that the data is sound says <code>driftgate retrainings release</code>.</p>`

const waitingTable = (waiting: HeldRetrainings['waiting']): Html =>
  html`<div class="scroll"><table class="left">
  <thead><tr><th scope="col">model</th><th scope="col">since</th><th scope="col">what it waits for</th></tr></thead>
  <tbody>${waiting.map(
    ({ model, since, reason }) =>
      html`<tr><td>${model}</td><td>${instant(since)}</td><td>${reason}</td></tr>`,
  )}</tbody>
</table></div>`
