import type { Health, HealthState, RolloutView } from '../contracts/rollout.ts'
import { count, instant } from './numbers.ts'
import { type Canvas, plainCanvas, type StateName, stateLabel, states } from './vocabulary.ts'

export const stateOfHealth: Readonly<Record<HealthState, StateName>> = {
  HEALTHY: 'ok',
  UNHEALTHY: 'failed',
  NOT_ENOUGH_DATA: 'stale',
}

type Stage = RolloutView['stages'][number]

/** What a stage looks like; one that waits for a person, or is paused, is a person's turn. */
export function stateOfStage({ kind, state }: Stage, isPaused: boolean): StateName {
  if (state === 'done') return 'ok'
  if (state !== 'now') return 'stale'
  return kind === 'confirm' || isPaused ? 'waiting' : 'running'
}

/** The stages of a rollout below each other, what is known of the one in place, and every change of the traffic. */
export function rolloutTree(view: RolloutView, canvas: Canvas = plainCanvas): string {
  const { stages, paused, health, moves, sentence } = view
  const branch = (last: boolean) => (canvas.unicode ? (last ? '└─' : '├─') : last ? '`-' : '|-')
  const stem = canvas.unicode ? '│' : '|'
  return [
    sentence,
    ...stages.flatMap((stage, place) => {
      const label = labelOf(stage, paused !== null, canvas)
      const first = `${branch(place === stages.length - 1)} ${label} ${stage.title}${timesOf(stage)}`
      const isNow = stage.state === 'now' && health !== null
      return isNow
        ? [first, ...healthLines(health, canvas).map((line) => `${stem}     ${line}`)]
        : [first]
    }),
    ...(moves.length === 0 ? [] : ['', 'traffic']),
    ...moves.map(moveLine),
  ].join('\n')
}

function labelOf(stage: Stage, isPaused: boolean, canvas: Canvas): string {
  const width = 10
  if (stage.state === 'to come' || stage.state === 'left out') {
    return canvas.paint('faint', stage.state.padEnd(width))
  }
  if (stage.state === 'now') return stateLabel(stateOfStage(stage, isPaused), canvas, width)
  const { icon, ascii, role } = states.ok
  return canvas.paint(role, `${canvas.unicode ? icon : ascii} done`.padEnd(width))
}

const timesOf = ({ since, until }: Stage): string =>
  [
    ...(since === null ? [] : [`, since ${instant(since)}`]),
    ...(until === null ? [] : [`, until ${instant(until)}`]),
  ].join('')

/** The judgement of a step and what it rests on, a line each. */
export const healthLines = (health: Health, canvas: Canvas = plainCanvas): string[] => [
  `${stateLabel(stateOfHealth[health.state], canvas)} ${health.reason}`,
  `${count(health.requests.stable)} answers of the version in place, ${count(health.requests.candidate)} of the candidate`,
  ...health.measures.map(({ measure, state, reason }) => `${measure}: ${state}, ${reason}`),
]

export const moveLine = ({ traffic, by, reason, askedAt, movedAt, refused }: Move): string => {
  const how =
    refused === null
      ? movedAt === null
        ? 'asked, nobody knows yet'
        : 'moved'
      : `refused, ${refused}`
  return `  ${instant(movedAt ?? askedAt)}  ${how}: ${traffic} (${by.startsWith('rule:') ? by : `by ${by}`}${reason === traffic ? '' : `: ${reason}`})`
}
type Move = RolloutView['moves'][number]
