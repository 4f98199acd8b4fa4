import type { ModelView } from '../contracts/api.ts'
import type { ReleaseState, ReleaseSubject } from '../contracts/release.ts'
import { absorbedSentence } from './absorbed.ts'
import { provenInWords } from './drill-words.ts'
import { instant, span } from './numbers.ts'
import { pendingNext, pendingSentence } from './policy-words.ts'
import { plainText, wrap } from './text.ts'
import {
  type Canvas,
  plainCanvas,
  type StateName,
  stateLabel,
  stateOfVerdict,
  stateOrder,
} from './vocabulary.ts'

export const stateOfRelease: Readonly<Record<ReleaseState, StateName>> = {
  waiting: 'waiting',
  promoting: 'running',
  promoted: 'ok',
  'rolled-back': 'failed',
  rejected: 'stale',
  expired: 'stale',
  void: 'stale',
  failed: 'failed',
}

const candidates: Readonly<Record<ReleaseSubject, string>> = {
  version: 'version',
  reference: 'a reference for version',
  policy: 'the gate of configuration version',
}

const retrainingEnds: Readonly<Record<string, StateName>> = {
  succeeded: 'ok',
  failed: 'failed',
  lost: 'failed',
}

/** The state a model is listed under: a person's turn comes before what its last window showed. */
export function modelState(view: ModelView): StateName {
  if (view.release?.state === 'waiting') return 'waiting'
  const seen = view.verdict === null ? 'stale' : stateOfVerdict[view.verdict.verdict]
  // The data of a window says nothing of a model that does worse.
  const isWorse = [view.incident?.kind, ...view.alsoOpen].includes('PERFORMANCE')
  return isWorse && seen !== 'failed' ? 'drifted' : seen
}

/** What needs a person first, then by name. */
export function sortedModels(views: readonly ModelView[]): ModelView[] {
  return views.toSorted(
    (left, right) =>
      stateOrder.indexOf(modelState(left)) - stateOrder.indexOf(modelState(right)) ||
      (left.model < right.model ? -1 : 1),
  )
}

/** One model as a tree: its last window, what is open, what runs, what waits, and the next command. */
export function modelTree(view: ModelView, canvas: Canvas = plainCanvas): string {
  const champion = view.champion === null ? 'no champion yet' : `champion ${view.champion}`
  const critical = view.critical ? '  critical' : ''
  const head = `${canvas.paint('strong', view.model)}  ${stateLabel(modelState(view), canvas)}  ${champion}${critical}`
  const branches = branchesOf(view, canvas)
  return [
    head,
    ...branches.flatMap((lines, index) => branch(lines, index === branches.length - 1, canvas)),
  ].join('\n')
}

function branchesOf(view: ModelView, canvas: Canvas): string[][] {
  const { verdict, incident, alsoOpen, wish, retraining, release, absorbed, policy } = view
  const branches: string[][] = []
  if (verdict === null) {
    branches.push(['no window was judged yet', `next: driftgate scan ${view.model}`])
  } else {
    const label = `${verdict.verdict.padEnd(10)} ${span(verdict.window)}`
    branches.push([`window      ${label}`, verdict.headline])
  }
  if (absorbed !== null) {
    branches.push([
      `reference   in force for windows from ${instant(absorbed.windowsFrom)} on`,
      absorbedSentence(absorbed),
    ])
  }
  if (incident?.state === 'open') {
    branches.push([
      `incident    ${incident.kind}${incident.by === 'estimate' ? ' (estimated)' : ''}, ${incident.windows} ${incident.windows === 1 ? 'window' : 'windows'} since ${instant(incident.openedAt)}`,
      ...(alsoOpen.length === 0 ? [] : [`${alsoOpen.join(' and ')} is open too`]),
      `next: ${incident.next}`,
    ])
  }
  if (view.onCall !== null) branches.push([`on call     ${view.onCall}`])
  // An open incident says the same of its own retraining.
  if (wish !== null && incident?.next !== wish.waits) {
    branches.push([`retraining  wanted: ${wish.reason}`, wish.waits])
  }
  if (retraining) {
    const state = stateLabel(retrainingEnds[retraining.state] ?? 'running', canvas)
    branches.push([
      `retraining  ${retraining.runKey}  ${state}  ${retraining.state} since ${instant(retraining.since)}`,
      ...progressOf(retraining),
    ])
  }
  if (release) {
    const state = stateLabel(stateOfRelease[release.state], canvas)
    const lines = [
      `release     ${release.release}  ${state}  ${candidates[release.subject]} ${release.candidate}`,
    ]
    if (release.state === 'waiting') {
      lines.push(`expires ${instant(release.expiresAt)}`, `next: driftgate gate ${view.model}`)
    }
    branches.push(lines)
  }
  if (policy !== null) {
    const next = pendingNext(policy)
    branches.push([
      `gate        ${pendingSentence(policy)}`,
      policy.differences.map(({ what }) => what).join('; '),
      ...(next === null ? [] : [`next: ${next}`]),
    ])
  }
  if (view.readiness !== null) {
    const { trouble } = view.readiness
    branches.push([
      `delivery    ${provenInWords(view.readiness)}`,
      ...(trouble === null ? [] : [trouble, `next: driftgate drills ${view.model}`]),
    ])
  }
  return branches
}

/** Of one that runs what it does, of one that failed why and what it printed last. */
function progressOf({
  state,
  stage,
  tasks,
  page,
  result,
  lastLines,
}: NonNullable<ModelView['retraining']>): string[] {
  if (state === 'failed' || state === 'lost') {
    const printed = lastLines.slice(-5).map((line) => `  ${line}`)
    return [...(result === null ? [] : [result]), ...printed]
  }
  const done = tasks === null ? '' : `, ${tasks.done} of ${tasks.of} tasks`
  return [...(stage === null ? [] : [stage + done]), ...(page === null ? [] : [page])]
}

function branch(lines: readonly string[], last: boolean, { unicode, width }: Canvas): string[] {
  const [corner, stem] = unicode
    ? [last ? '└── ' : '├── ', last ? '    ' : '│   ']
    : [last ? '`-- ' : '|-- ', last ? '    ' : '|   ']
  const [first = '', ...rest] = lines
  const under = rest.flatMap((line) => wrap(line, width - 6).split('\n'))
  return [corner + first, ...under.map((line) => `${stem}  ${line}`)].map((line) =>
    plainText(line, unicode),
  )
}
