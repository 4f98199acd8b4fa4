import type { ReleaseView } from '../../contracts/release.ts'
import type { OrderCommand, RolloutView } from '../../contracts/rollout.ts'
import { instant } from '../../reports/numbers.ts'
import { healthLines, moveLine, stateOfHealth, stateOfStage } from '../../reports/rollout-tree.ts'
import { states } from '../../reports/vocabulary.ts'
import type { Session } from '../cookies.ts'
import { type Html, html } from './html.ts'

/** How the traffic of a release moves or moved: its steps, their health, every move, and what can be ordered. */
export function rolloutPart(view: ReleaseView, session: Session): Html | null {
  const { rollout, state } = view
  if (rollout == null) return null
  const orders = ordersOf(view)
  return html`<section><h2>How the traffic moves</h2>
<p>${rollout.sentence}</p>
<ol class="steps">${rollout.stages.map((stage) => stagePart(stage, rollout))}</ol>
${state === 'waiting' ? null : healthPart(rollout)}
${movesPart(rollout)}
${orders.length === 0 ? null : orderForm(view, orders, session)}</section>`
}

function stagePart(stage: RolloutView['stages'][number], { paused }: RolloutView): Html {
  const { icon, role } = states[stateOfStage(stage, paused !== null)]
  const times = [
    ...(stage.since === null ? [] : [`since ${instant(stage.since)}`]),
    ...(stage.until === null ? [] : [`until ${instant(stage.until)}`]),
  ]
  return html`<li><span class="state ${role}"><span aria-hidden="true">${icon}</span> ${stage.state}</span> ${stage.title} <span class="faint">${times.join(', ')}</span></li>`
}

function healthPart({ health }: RolloutView): Html | null {
  if (health === null) return null
  const [, ...lines] = healthLines(health)
  const { icon, role } = states[stateOfHealth[health.state]]
  return html`<p><span class="state ${role}"><span aria-hidden="true">${icon}</span> ${health.state.toLowerCase().replaceAll('_', ' ')}</span> ${health.reason}</p>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`
}

const movesPart = ({ moves }: RolloutView): Html | null =>
  moves.length === 0
    ? null
    : html`<details><summary>${moves.length} moves of the traffic</summary><ul>${moves.map((move) => html`<li>${moveLine(move).trim()}</li>`)}</ul></details>`

const titles: Readonly<Record<OrderCommand, string>> = {
  pause: 'Pause: nothing moves by itself',
  resume: 'Go on',
  abort: 'Abort: back to what served before',
  rollback: 'Roll back to what served before',
}

function ordersOf({ state, rollout }: ReleaseView): OrderCommand[] {
  if (state === 'promoted') return ['rollback']
  if (state !== 'promoting' || rollout == null) return []
  const now = rollout.stages.find((stage) => stage.state === 'now')
  const waits = rollout.paused !== null || now?.kind === 'confirm'
  return [
    ...(waits ? (['resume'] as const) : []),
    ...(rollout.paused ? [] : ['pause' as const]),
    'abort',
  ]
}

const orderForm = (
  { release }: ReleaseView,
  orders: readonly OrderCommand[],
  { csrf }: Session,
): Html => html`<form class="decide" method="post" action="/releases/${release}/order">
  <h3>Your order</h3>
  <input type="hidden" name="csrf" value="${csrf}">
  <label for="order-reason">Reason <small>(kept for good)</small></label>
  <textarea id="order-reason" name="reason" maxlength="2000" required></textarea>
  <div class="buttons">${orders.map((order) => html`<button class="${order === 'resume' ? 'approve' : 'reject'}" name="command" value="${order}">${titles[order]}</button>`)}</div>
</form>`
