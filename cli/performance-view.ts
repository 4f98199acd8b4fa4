import type { EstimatedPart, EstimateReport } from '../contracts/estimate.ts'
import type {
  LabelStanding,
  MeasuredMetric,
  MeasuredPart,
  PerformanceReport,
} from '../contracts/performance.ts'
import type { PerformanceAnswer } from '../contracts/performance-answer.ts'
import { count, instant, percent, short, span } from '../reports/numbers.ts'
import { performanceLines } from '../reports/performance-lines.ts'
import type { Canvas } from '../reports/vocabulary.ts'
import { columns } from './output.ts'

/** One window: what labels say of it, what was estimated before them, or both. */
interface Entry {
  readonly window: PerformanceReport['window']
  readonly measure: PerformanceReport | undefined
  readonly estimate: EstimateReport | undefined
}

/** Windows with their measures and estimates, the newest first. */
export function describePerformance(
  answer: PerformanceAnswer,
  segments: boolean,
  canvas: Canvas,
): string {
  const lines = answer.labels === null ? [] : standing(answer.labels)
  const entries = entriesOf(answer)
  if (entries.length === 0) {
    return [...lines, `no window of ${answer.model} was measured yet; a scan measures`].join('\n')
  }
  return [...lines, '', ...entries.flatMap((entry) => entryLines(entry, segments, canvas))].join(
    '\n',
  )
}

/** In one list: labels that are away leave the newest windows with an estimate alone. */
function entriesOf({ windows, estimates }: PerformanceAnswer): Entry[] {
  const starts = new Set([...windows, ...estimates].map(({ window }) => window.start))
  return [...starts]
    .sort()
    .reverse()
    .map((start) => {
      const measure = windows.find(({ window }) => window.start === start)
      const estimate = estimates.find(({ window }) => window.start === start)
      const { window } = (measure ?? estimate) as PerformanceReport | EstimateReport
      return { window, measure, estimate }
    })
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

function laterLine({ labels, look }: NonNullable<PerformanceReport['later']>): string {
  const came = `${count(labels)} ${labels === 1 ? 'label' : 'labels'} came after it was final`
  return look === null ? came : `${came}; with them: ${look.headline}`
}

function entryLines({ window, measure, estimate }: Entry, segments: boolean, canvas: Canvas) {
  const state =
    measure === undefined ? 'estimated' : measure.state === 'FINAL' ? 'final' : 'provisional'
  const wanted = <Part extends { readonly segment: string }>(parts: readonly Part[] = []) =>
    parts.filter(({ segment }) => segments || segment === '')
  const measured = wanted(measure?.parts)
  const estimated = wanted(estimate?.parts).filter(({ state }) => state === 'ESTIMATED')
  const later = wanted(measure?.later?.look?.parts)
  const names = namesOf([...measured, ...later, ...estimated])
  const head = ['version', ...(segments ? ['segment'] : []), 'by', 'rows', ...names]
  const rows = [
    ...measured.map((part) => [...about(part, segments), ...measuredCells(part, names)]),
    ...later.map((part) => [
      ...about(part, segments),
      ...measuredCells(part, names, 'later labels'),
    ]),
    ...estimated.flatMap((part) =>
      estimatedRows(part, names).map((cells) => [...about(part, segments), ...cells]),
    ),
  ]
  const saying = [
    ...(measure === undefined ? [] : [measure.headline, ...whyLines(measure)]),
    ...(measure?.later === undefined ? [] : [canvas.paint('amber', laterLine(measure.later))]),
    ...(estimate === undefined ? [] : [estimate.headline]),
  ]
  return [
    canvas.paint('strong', `${span(window)}  ${state}`),
    ...saying,
    ...(names.length === 0 ? [] : [columns([head, ...inPlace(rows, segments ? 2 : 1)])]),
    ...[measure, estimate].flatMap((report) =>
      report?.judgement === undefined ? [] : performanceLines(report.judgement, canvas, segments),
    ),
    '',
  ]
}

/** By version and segment; of one what is by labels stands before what is estimated, since the sort is stable. */
const inPlace = (rows: readonly string[][], places: number): string[][] => {
  const place = (row: readonly string[]) => row.slice(0, places).join('\0')
  return rows.toSorted((left, right) => compare(place(left), place(right)))
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const namesOf = (parts: readonly { readonly metrics: readonly MeasuredMetric[] }[]): string[] => [
  ...new Set(parts.flatMap(({ metrics }) => metrics.map(({ name }) => name))),
]

const about = (
  { version, segment }: Pick<MeasuredPart, 'version' | 'segment'>,
  segments: boolean,
): string[] => [
  version === '' ? '(none)' : version,
  ...(segments ? [segment === '' ? '(all)' : segment] : []),
]

const measuredCells = (part: MeasuredPart, names: readonly string[], by = 'labels'): string[] => [
  by,
  `${count(part.labelled)} of ${count(part.predictions)}`,
  ...(part.state === 'MEASURED'
    ? names.map((name) => cellOf(part.metrics, name))
    : ['too few labels']),
]

/** With their intervals; where inputs shifted, by the weighted reference too. */
const estimatedRows = (
  { rows, metrics, weighted }: EstimatedPart,
  names: readonly string[],
): string[][] => [
  ['estimate', count(rows), ...names.map((name) => rangeOf(metrics, name))],
  ...(weighted === null
    ? []
    : [['weighted', count(rows), ...names.map((name) => rangeOf(weighted.metrics, name))]]),
]

const cellOf = (metrics: readonly MeasuredMetric[], wanted: string): string => {
  const value = metrics.find(({ name }) => name === wanted)?.value
  return value === undefined || value === null ? '-' : short(value)
}

const rangeOf = (metrics: readonly MeasuredMetric[], wanted: string): string => {
  const { low, high } = metrics.find(({ name }) => name === wanted) ?? {}
  const range = typeof low === 'number' && typeof high === 'number'
  return `${cellOf(metrics, wanted)}${range ? ` (${short(low)} to ${short(high)})` : ''}`
}
