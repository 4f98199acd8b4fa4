import type {
  TraceAnswer,
  TracedInput,
  TracedLabel,
  TracedPrediction,
  TracedWindow,
} from '../../contracts/trace.ts'
import { span } from '../../reports/numbers.ts'
import {
  fromWords,
  inputSentence,
  labelText,
  standingWords,
  unusualTail,
} from '../../reports/traced-words.ts'
import type { Session } from '../cookies.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'

export interface TracePage {
  readonly model: string
  /** As it was typed. */
  readonly id: string
  /** Null: nothing was asked for, or it is not kept. */
  readonly trace: TraceAnswer | null
  /** Why nothing is told of what was asked for. */
  readonly problem: { readonly code: string; readonly detail: string; readonly help: string } | null
}

/** One answer of a model: where it lies, what was asked, what came of it. */
export function tracePage(
  { model, id, trace, problem }: TracePage,
  frame: { session: Session; environment: string },
): string {
  return layout({
    title: `Predictions of ${model}`,
    ...frame,
    body: html`<h1>A prediction of ${model}</h1>
<form method="get" action="/models/${encodeURIComponent(model)}/predictions">
  <p><label for="id">Prediction id, as the log has it</label></p>
  <p><input id="id" name="id" value="${id}" required maxlength="2000" autocomplete="off" spellcheck="false"></p>
  <p><button>Trace</button></p>
</form>
${problem && html`<section class="notice amber" role="alert"><p><strong>${problem.code}</strong>: ${problem.detail}</p><p>${problem.help}</p></section>`}
${trace?.rows.map((row) => rowPart(trace.prediction, row)) ?? null}
${trace && labelPart(trace.labels)}`,
  })
}

const rowPart = (id: string, row: TracedPrediction): Html => html`<section>
<h2>${id}, ${precise(row.at)}</h2>
<dl>
${fact('version', row.version === '' ? '(none)' : row.version)}
${fact('score', row.score === null ? '(none)' : String(row.score))}
${row.prediction !== null && fact('prediction', row.prediction)}
${row.segments.length > 0 && fact('segments', row.segments.join(', '))}
${fact('record', placeOf(row.topic, row.record))}
${row.request && fact('request', placeOf(row.topic, row.request))}
${fact('read', `${precise(row.readAt)}${row.repair === null ? '' : `, by repair ${row.repair}`}`)}
</dl>
<h3>How unusual it was</h3>
${row.input === null ? html`<p>${row.inputAbsent ?? 'not looked up'}</p>` : inputPart(row.input)}
<h3>Windows that hold it</h3>
${row.windows.length === 0 ? html`<p>no window holds it yet</p>` : row.windows.map(windowPart)}
</section>`

const fact = (name: string, value: string): Html => html`<dt>${name}</dt><dd>${value}</dd>`

const inputPart = (input: TracedInput): Html => html`<p>${inputSentence(input)}.</p>
<div class="scroll"><table class="left">
  <thead><tr><th scope="col">feature</th><th scope="col">value</th><th scope="col">in the reference</th></tr></thead>
  <tbody>${input.values.map(
    (value) =>
      html`<tr><td>${value.feature}</td><td>${value.value === null ? '(missing)' : String(value.value)}</td><td>${value.tail <= unusualTail && html`<strong class="amber"><span aria-hidden="true">▲</span> unusual</strong>: `}${standingWords(value)}</td></tr>`,
  )}</tbody>
</table></div>
<p><small>${fromWords(input)}</small></p>`

const windowPart = ({ verdict, headline, counted, again, ...window }: TracedWindow): Html =>
  html`<p>${span(window)}: <strong>${verdict ?? 'not judged yet'}</strong>${headline !== null && html`<br>${headline}`}${!counted && html`<br>it was read after the cut of this window: late`}${again.length > 0 && html`<br>counted when it was judged once more: ${again.join(', ')}`}</p>`

const labelPart = (labels: readonly TracedLabel[]): Html => html`<section>
<h2>Labels</h2>
${
  labels.length === 0
    ? html`<p>no label came yet</p>`
    : html`<div class="scroll"><table class="left">
  <thead><tr><th scope="col">label</th><th scope="col">event time</th><th scope="col"></th></tr></thead>
  <tbody>${labels.map(
    (label) =>
      html`<tr><td>${labelText(label)}</td><td>${precise(label.at)}</td><td>${label.holds ? 'holds' : 'holds no more'}</td></tr>`,
  )}</tbody>
</table></div>`
}
</section>`

const placeOf = (topic: string, { partition, offset }: TracedPrediction['record']): string =>
  `${topic}, partition ${partition}, offset ${offset}`

/** "2001-01-01 05:00:00.250 UTC". */
const precise = (iso: string): string => iso.replace('T', ' ').replace('Z', ' UTC')
