import type { IncidentWhy, WindowWhy } from '../contracts/why.ts'
import { instant, span } from './numbers.ts'
import { plainText, wrap } from './text.ts'
import { type Canvas, plainCanvas, stateLabel, stateOfVerdict } from './vocabulary.ts'
import { whyWords, windowsOf } from './why-words.ts'

/** Why one window is as it is, as a terminal shows it. */
export function whyText(model: string, why: WindowWhy, canvas: Canvas = plainCanvas): string {
  const verdict = why.data?.verdict ?? why.performance?.verdict
  const mark =
    verdict === undefined ? '' : `  ${stateLabel(stateOfVerdict[verdict], canvas)}  ${verdict}`
  return [
    `${canvas.paint('strong', model)}${mark}`,
    span(why.window),
    ...whyHead(why).map((text) => line(text, canvas)),
    '',
    ...whyLines(why, canvas),
  ].join('\n')
}

/** What is said of its data, and of how well it went. */
export const whyHead = ({ data, performance }: WindowWhy): string[] => [
  ...(data === null ? [] : [data.headline]),
  ...(performance === null ? [] : [performanceLine(performance)]),
]

const performanceLine = ({ by, verdict, headline }: NonNullable<WindowWhy['performance']>) =>
  `${verdict} by ${by === 'labels' ? 'labels' : 'an estimate'}: ${headline}`

/** The kind, its reasons, what it suggests, and the rows that stand out. */
export function whyLines(why: WindowWhy, canvas: Canvas = plainCanvas): string[] {
  const { title, by, reasons, suggests, rows } = whyWords(why)
  const list = (texts: readonly string[]) =>
    texts.map((text) => line(`  - ${text}`, canvas, '    '))
  return [
    canvas.paint('strong', title),
    canvas.paint('faint', line(by, canvas)),
    ...list(reasons),
    ...(suggests === '' ? [] : [line(suggests, canvas)]),
    ...(rows.length === 0 ? [] : ['Which rows:', ...list(rows)]),
  ]
}

/** The same of an incident: `title` and how it is known stand before what is known of its windows. */
export function incidentWhyText(
  head: readonly string[],
  why: IncidentWhy,
  canvas: Canvas = plainCanvas,
): string {
  const told = windowsOf(why)
  const windows = told.flatMap((why) => ['', ...whyLines(why, canvas)])
  return [
    ...head.map((text, index) => (index === 0 ? canvas.paint('strong', text) : line(text, canvas))),
    ...(told.length === 0 ? ['', 'nothing is kept of its windows any more'] : windows),
  ].join('\n')
}

const line = (text: string, canvas: Canvas, indent = ''): string =>
  wrap(plainText(text, canvas.unicode), canvas.width, indent)

/** "car-loan, from 2019-03-29 18:00 UTC" */
export const whyTitle = (model: string, { window }: WindowWhy): string =>
  `${model}, from ${instant(window.start)}`
