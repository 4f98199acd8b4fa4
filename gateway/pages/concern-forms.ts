import { type Incident, incidentKinds } from '../../contracts/incident.ts'
import { pathOfConcern } from '../../reports/concern-words.ts'
import type { ConcernPage } from './concern-page.ts'
import { type Html, html } from './html.ts'

/** What can be done about what is open; who may not sees why. Each step that starts something is confirmed in a part of its own. */
export function concernForms(page: ConcernPage): Html {
  const { concern, session } = page
  const may = session.person.roles.includes('operator')
  const off = may ? null : html`disabled aria-describedby="why-not"`
  return html`<section class="decide" aria-labelledby="acts">
  <h2 id="acts">What you can do</h2>
  ${may ? null : html`<p id="why-not" class="red">Only someone with the role operator may do this. You are signed in as ${session.person.name} (${session.person.roles.join(', ') || 'no role'}).</p>`}
  ${concern.acknowledged === undefined ? acknowledgeForm(page, off) : null}
  ${'cause' in concern ? null : [retrainForm(page, concern, off), absorbForm(page, concern, off)]}
</section>`
}

const acknowledgeForm = (page: ConcernPage, off: Html | null): Html =>
  form(
    page,
    'acknowledge',
    html`<p>You take care of it: nobody else is told of it. It stays open until it is over.</p>
    <div class="buttons"><button class="approve" ${off}>Acknowledge</button></div>`,
  )

/** Nothing is retrained on broken input, whoever asks. */
const retrainForm = (page: ConcernPage, incident: Incident, off: Html | null): Html | null =>
  !incidentKinds[incident.kind].retrains
    ? null
    : html`<details ${openAfter(page, 'retrain')}><summary>Retrain…</summary>${form(
        page,
        'retrain',
        html`<p>Asks the steward of ${incident.model} for a retraining in your name, so you may not approve its release. It waits for labels, and starts nothing while another one runs.</p>
    ${textField(page, 'retrain', { name: 'reason', label: 'Reason', help: 'kept with the retraining and its release', off })}
    <div class="buttons"><button ${off}>Retrain ${incident.model}</button></div>`,
      )}</details>`

/** Broken input is absorbed only by somebody who says why it is normal. */
const absorbForm = (page: ConcernPage, incident: Incident, off: Html | null): Html | null =>
  !incidentKinds[incident.kind].absorbs
    ? null
    : html`<details ${openAfter(page, 'absorb')}><summary>Absorb…</summary>${form(
        page,
        'absorb',
        html`<p>Proposes what the log holds since then as the new normal, in your name: others approve it at the gate. Nothing changes before.</p>
    <label for="absorb-since">Windows that begin at or after</label>
    <input id="absorb-since" name="since" value="${typedInto(page, 'absorb', 'since') ?? incident.firstWindow.start}" required ${off}>
    ${textField(page, 'absorb', { name: 'reason', label: 'Reason', help: 'why it is harmless; kept with the proposal', off })}
    ${incidentKinds[incident.kind].broken ? textField(page, 'absorb', { name: 'accept', label: 'Why broken windows are normal', help: 'they are part of the range', off }) : null}
    <div class="buttons"><button ${off}>Propose as the new normal</button></div>`,
      )}</details>`

const form = ({ concern, session, ask }: ConcernPage, verb: string, fields: Html): Html =>
  html`<form method="post" action="${pathOfConcern(concern)}/${verb}">
    <input type="hidden" name="csrf" value="${session.csrf}">
    <input type="hidden" name="ask" value="${ask}">
    ${fields}
  </form>`

interface TextField {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly off: Html | null
}

function textField(page: ConcernPage, verb: string, { name, label, help, off }: TextField): Html {
  const id = `${verb}-${name}`
  return html`<label for="${id}">${label} <small>(${help})</small></label>
    <textarea id="${id}" name="${name}" maxlength="2000" required ${off}>${typedInto(page, verb, name) ?? ''}</textarea>`
}

/** What was typed into a form that was refused; undefined: it was not. */
const typedInto = ({ refused }: ConcernPage, verb: string, name: string): string | undefined =>
  refused?.verb === verb ? refused.typed[name] : undefined

/** Whoever has to correct something finds it open. */
const openAfter = ({ refused }: ConcernPage, verb: string): Html | null =>
  refused?.verb === verb ? html`open` : null
