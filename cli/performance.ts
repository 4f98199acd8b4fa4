import { DriftgateError } from '../contracts/errors.ts'
import {
  type LabelStanding,
  type MeasuredPart,
  type PerformanceAnswer,
  type PerformanceReport,
  performanceAnswer,
} from '../contracts/performance.ts'
import { count, instant, percent, short, span } from '../reports/numbers.ts'
import type { Canvas } from '../reports/vocabulary.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'

export const performance: Command = {
  name: 'performance',
  summary: 'how well a model did, window by window, by the labels that came',
  description:
    'Joins the predictions of each window with their labels by prediction id. What is shown is provisional until labels of the declared delay (labels.delay) after the window are there, and final from then on. Coverage, the share of predictions with a label, stands beside every number; too few labels are said, never guessed over. Exits with 12 where no window could be measured.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    { flags: '--windows <n>', summary: 'the newest windows that are listed', default: '12' },
    { flags: '--segments', summary: 'with the segments of each window' },
  ],
  examples: [
    'driftgate performance car-loan',
    'driftgate performance car-loan --windows 100 --segments --output json',
  ],
  async run(context) {
    const { model } = context.arguments
    const gateway = await openGateway(context)
    const limit = encodeURIComponent(String(context.options['windows']))
    const path = `models/${encodeURIComponent(model!)}/performance?limit=${limit}`
    const answer = await gateway.get(path, performanceAnswer)
    if (answer.labels === null) throw new DriftgateError('LABELS_MISSING', { model: answer.model })
    const segments = context.options['segments'] === true
    show(context, answer, () => describe(answer, segments, context.terminal))
    const isMeasured = answer.windows.some(({ parts }) => parts.some(measured))
    return exit(isMeasured ? 'done' : 'noVerdict')
  },
}

const measured = ({ state }: MeasuredPart): boolean => state === 'MEASURED'

function describe(
  { model, labels, windows }: PerformanceAnswer,
  segments: boolean,
  canvas: Canvas,
): string {
  const lines = labels === null ? [] : standing(labels)
  if (windows.length === 0) {
    return [...lines, `no window of ${model} was measured yet; a scan measures`].join('\n')
  }
  return [...lines, '', ...windows.flatMap((window) => windowLines(window, segments, canvas))].join(
    '\n',
  )
}

function standing({ topic, watermark, labels, unmatched }: LabelStanding): string[] {
  const upTo =
    watermark === null
      ? 'no label came yet, so nothing is final'
      : `measures are final up to ${instant(watermark)}`
  return [
    `labels of ${topic}: ${upTo}`,
    ...(labels === 0
      ? []
      : [
          `of ${count(labels)} labels read since yesterday ${count(unmatched)} (${percent(unmatched / labels)}) have no prediction that is kept`,
        ]),
  ]
}

/** Which kind of drift it is and by what, and what has become of the slices of the window before. */
const whyLines = ({ kind, checked }: PerformanceReport): string[] => [
  ...(kind === undefined ? [] : [`why: ${kind.sentence}`]),
  ...(checked?.slices ?? []).map(
    ({ sentence }) => `found in ${instant(checked!.foundIn)}, ${sentence}`,
  ),
]

function windowLines(report: PerformanceReport, segments: boolean, canvas: Canvas): string[] {
  const { window, state, headline, parts, later } = report
  const isShown = ({ segment }: MeasuredPart) => segments || segment === ''
  const shown = parts.filter(isShown)
  const again = (later?.look?.parts ?? []).filter(isShown)
  const names = [
    ...new Set([...shown, ...again].flatMap(({ metrics }) => metrics.map(({ name }) => name))),
  ]
  const title = `${span(window)}  ${state === 'FINAL' ? 'final' : 'provisional'}`
  const table = [
    ['version', ...(segments ? ['segment'] : []), 'labelled', ...names],
    ...shown.map((part) => row(part, names, segments)),
    ...again.map((part) => row(part, names, segments, ', with later labels')),
  ]
  return [
    canvas.paint('strong', title),
    headline,
    ...whyLines(report),
    ...(later === undefined ? [] : [canvas.paint('amber', laterLine(later))]),
    ...(names.length === 0 ? [] : [columns(table)]),
    '',
  ]
}

function laterLine({ labels, look }: NonNullable<PerformanceReport['later']>): string {
  const came = `${count(labels)} ${labels === 1 ? 'label' : 'labels'} came after it was final`
  return look === null ? came : `${came}; with them: ${look.headline}`
}

const row = (
  part: MeasuredPart,
  names: readonly string[],
  segments: boolean,
  note = '',
): string[] => {
  const { version, segment, predictions, labelled, metrics } = part
  const cells = names.map((name) => {
    const value = metrics.find((metric) => metric.name === name)?.value
    return value === undefined || value === null ? '-' : short(value)
  })
  return [
    `${version === '' ? '(none)' : version}${note}`,
    ...(segments ? [segment === '' ? '(all)' : segment] : []),
    `${count(labelled)} of ${count(predictions)}`,
    ...(measured(part) ? cells : ['too few labels']),
  ]
}
