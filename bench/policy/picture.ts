import { element, escapeMarkup, label, round } from '../../reports/svg.ts'
import { type SetFound, type Way, ways } from './ways.ts'

const width = 720
const panel = { width: 348, height: 210, left: 58, right: 16, top: 48, bottom: 40 }
const columns = 2
const lineHeight = 15

const style = `.i{fill:#1f2328}.f{fill:#59636e}.r{stroke:#d1d9e0}.p{fill:#0969da}.o{fill:#8a8f98}
@media (prefers-color-scheme: dark){.i{fill:#e6edf3}.f{fill:#9198a1}.r{stroke:#3d444d}.p{fill:#4493f8}}`

/** Loss over the number of trainings of every way of retraining, a panel for each data set, and the policy below. */
export function policyPicture(found: readonly SetFound[], policy: string): string {
  const title = `Retraining by one policy beside never, always and monthly: ${found
    .map(
      ({ name, came }) => `${name} ${came.policy.trainings} of ${came.always.trainings} trainings`,
    )
    .join(', ')}`
  const rows = Math.ceil(found.length / columns)
  const lines = policy.trimEnd().split('\n')
  const below = 40 + rows * panel.height
  const height = below + 34 + lines.length * lineHeight
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': title,
      'font-family': 'system-ui, sans-serif',
      'font-size': 13,
    },
    element('title', {}, escapeMarkup(title)),
    element('style', {}, style),
    label(12, 24, 'Mean loss over number of trainings: lower and further left is better', {
      class: 'i',
      'font-size': 16,
      'font-weight': 700,
    }),
    ...found.map((set, i) =>
      panelOf(set, 12 + (i % columns) * panel.width, 36 + Math.floor(i / columns) * panel.height),
    ),
    label(12, below + 18, 'The policy, of all of them; only columns, label delay and task differ', {
      class: 'i',
      'font-weight': 700,
    }),
    ...lines.map((line, i) =>
      label(12, below + 38 + i * lineHeight, line, {
        class: 'f',
        'font-family': 'ui-monospace, monospace',
        'font-size': 12,
        'xml:space': 'preserve',
      }),
    ),
  )}\n`
}

function panelOf({ title, loss, came }: SetFound, left: number, top: number): string {
  const most = Math.max(...ways.map((way) => came[way].trainings))
  const losses = ways.map((way) => came[way].loss)
  const [low, high] = [Math.min(...losses), Math.max(...losses)]
  const room = 0.12 * (high - low || high)
  const edges = {
    left: left + panel.left,
    right: left + panel.width - panel.right,
    top: top + panel.top,
    bottom: top + panel.height - panel.bottom,
  }
  const x = (trainings: number) =>
    edges.left + 10 + ((edges.right - edges.left - 20) * trainings) / (most || 1)
  const y = (value: number) =>
    edges.bottom - ((edges.bottom - edges.top) * (value - low + room)) / (high - low + 2 * room)
  const grid = [low, (low + high) / 2, high].map((value) =>
    [
      element('line', {
        class: 'r',
        ...{ x1: edges.left, x2: edges.right, y1: round(y(value)), y2: round(y(value)) },
      }),
      label(edges.left - 6, y(value) + 4, Number(value.toPrecision(3)).toString(), {
        class: 'f',
        'text-anchor': 'end',
        'font-size': 12,
      }),
    ].join(''),
  )
  return [
    label(left, top + 20, title, { class: 'i', 'font-weight': 700 }),
    label(left, top + 38, loss, { class: 'f', 'font-size': 12 }),
    ...grid,
    ...ways.map((way) => point(way, x(came[way].trainings), y(came[way].loss), came, edges)),
    label((edges.left + edges.right) / 2, edges.bottom + 22, 'trainings', {
      class: 'f',
      'text-anchor': 'middle',
      'font-size': 12,
    }),
  ].join('')
}

function point(
  way: Way,
  x: number,
  y: number,
  came: SetFound['came'],
  { left, right }: { left: number; right: number },
): string {
  const { trainings } = came[way]
  const isOurs = way === 'policy'
  // The two that may lie close are told apart: the better one below.
  const isBelow = isOurs && (trainings === 0 || came.policy.loss < came.monthly.loss)
  const isRight = x > (left + right) / 2
  return [
    element('circle', {
      class: isOurs ? 'p' : 'o',
      cx: round(x),
      cy: round(y),
      r: isOurs ? 6 : 4.5,
    }),
    label(isRight ? x - 9 : x + 9, y + (isBelow ? 16 : isOurs ? -9 : -5), `${way}, ${trainings}`, {
      class: isOurs ? 'p' : 'f',
      'font-size': 12,
      'text-anchor': isRight ? 'end' : 'start',
      ...(isOurs && { 'font-weight': 700 }),
    }),
  ].join('')
}
