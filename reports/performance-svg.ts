import type { JudgedPerformance } from '../contracts/judged-performance.ts'
import type { PerformanceFinding } from '../contracts/performance-finding.ts'
import { expectedOf, expectedText } from './expected-words.ts'
import { count, short, span } from './numbers.ts'
import { changeOf, findingName, sortedFindings } from './performance-certainty.ts'
import { box, colours, element, label, picture, round } from './svg.ts'
import { wrap } from './text.ts'

const width = 500
const [left, right] = [12, 488]
const line = 16
const row = 84
/** Of the axis of a look, below its name. */
const axis = 54
/** Letters of a line that fit beside each other, as wide as most are. */
const letters = 72

/** So many findings are drawn on a card; its page draws more. */
export const findingsOnCard = 3

/** One picture of a judgement: how much worse each look found the model, with its interval, beside what matters. */
export function performanceSvg(judged: JudgedPerformance, most = 8): string {
  const shown = drawnOf(judged).slice(0, most)
  const hidden = judged.judgement.findings.length - shown.length
  const headline = wrap(judged.judgement.headline, letters).split('\n')
  const head = 46 + (headline.length + 1) * line
  const height = head + shown.length * row + (hidden > 0 ? 26 : 8)
  return picture(
    { width, height },
    performanceAlt(judged, most),
    label(left, 22, titleOf(judged), { 'font-size': 16, 'font-weight': 700 }),
    ...headline.map((text, index) => label(left, 40 + index * line, text)),
    ...[rowsOf(judged), span(judged.window)].map((text, index) =>
      label(left, head - 6 - index * line, text, { 'fill-opacity': 0.75 }),
    ),
    ...shown.map((finding, index) =>
      element(
        'g',
        { transform: `translate(0 ${head + index * row + 8})` },
        ...findingBody(judged, finding),
      ),
    ),
    ...(hidden > 0
      ? [label(left, height - 8, `and ${hidden} more`, { 'fill-opacity': 0.75 })]
      : []),
  )
}

/** The same in words, with the numbers of what is drawn. */
export function performanceAlt(judged: JudgedPerformance, most = 8): string {
  const told = drawnOf(judged)
    .slice(0, most)
    .map((finding) => `${findingName(finding)}: ${numbersOf(judged, finding)}`)
  return [`${titleOf(judged)}. ${judged.judgement.headline}`, ...told].join('. ')
}

/** Whether there is anything to draw. */
export const isDrawn = (judged: JudgedPerformance): boolean => drawnOf(judged).length > 0

const drawnOf = (judged: JudgedPerformance): PerformanceFinding[] =>
  sortedFindings(judged).filter(({ effect }) => effect !== null)

const titleOf = ({ model, judgement }: JudgedPerformance): string =>
  `${model}: ${judgement.by === 'labels' ? 'measured by labels' : 'estimated before the labels'}`

const rowsOf = ({ predictions, labelled }: JudgedPerformance): string =>
  labelled === null
    ? `${count(predictions)} predictions`
    : `${count(labelled)} labels of ${count(predictions)} predictions`

/** The change; of an estimate what is expected and the reference, too. */
function numbersOf(judged: JudgedPerformance, finding: PerformanceFinding): string {
  const expected = expectedOf(judged, finding)
  const change = changeOf(finding)
  return expected === null ? change : `${expectedText(expected, finding)}: ${change}`
}

/** Its change and 95 % interval on an axis of its own, since each metric has a unit of its own. */
function findingBody(judged: JudgedPerformance, finding: PerformanceFinding): string[] {
  const { state, effect, effectInterval, minimumEffect } = finding
  const expected = expectedOf(judged, finding)
  const words = expected === null ? changeOf(finding) : expectedText(expected, finding)
  const change = effect ?? 0
  const [low, high] = effectInterval ?? [change, change]
  const places = [0, low, high, change, minimumEffect ?? 0].filter(Number.isFinite)
  const [from, to] = [Math.min(...places), Math.max(...places)]
  const reach = to - from || 1
  const x = (value: number) => round(left + 8 + ((right - left - 16) * (value - from)) / reach)
  const colour = state === 'alarm' ? colours.drifted : colours.current
  const inside = (value: number, end: number) => (Number.isFinite(value) ? x(value) : end)
  const mark = { 'font-weight': 600 }
  return [
    label(left, 12, `${state === 'alarm' ? '▲ ' : ''}${findingName(finding)}`, mark),
    label(left, 27, words, { 'fill-opacity': 0.75 }),
    element('line', {
      ...{ x1: left, x2: right, y1: axis, y2: axis },
      ...{ stroke: 'currentColor', 'stroke-opacity': 0.25 },
    }),
    // On either side of the axis, since the two may lie close together.
    tick(x(0), axis + 20, expected === null ? 'no change' : 'as on the reference'),
    ...(minimumEffect === null
      ? []
      : [tick(x(minimumEffect), axis - 11, `${short(minimumEffect)} matters`, '4 3')]),
    box(
      {
        ...{ x: inside(low, left), width: inside(high, right) - inside(low, left) },
        ...{ y: axis - 3, height: 6 },
      },
      { fill: colour, 'fill-opacity': 0.45 },
    ),
    element('circle', { cx: x(change), cy: axis, r: 5, fill: colour }),
  ]
}

/** A place on the axis with its words above or below, kept within the picture. */
function tick(x: number, y: number, words: string, dash?: string): string {
  const anchor = x > (left + right) / 2 ? 'end' : 'start'
  return [
    element('line', {
      ...{ x1: x, x2: x, y1: axis - 8, y2: axis + 8, stroke: 'currentColor' },
      ...(dash && { 'stroke-dasharray': dash }),
    }),
    label(x, y, words, { 'fill-opacity': 0.75, 'font-size': 11, 'text-anchor': anchor }),
  ].join('')
}
