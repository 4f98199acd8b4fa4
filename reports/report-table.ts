import { countedP } from '../contracts/counted-p.ts'
import { type FeatureReport, featureState, isOfFiles, type Report } from '../contracts/report.ts'
import { clusteringOf } from './clustering.ts'
import { guardedLines } from './guarded-lines.ts'
import { jointLines, jointTitle } from './joint.ts'
import { lookName } from './look-name.ts'
import { noiseOf } from './noise.ts'
import { count, instant, percent, probability, short, shortDigest, span } from './numbers.ts'
import { referenceLines } from './reference-lines.ts'
import { sliceLines } from './slices.ts'
import { sparklinePair } from './sparkline.ts'
import { storyOf } from './story.ts'
import { fit, plainText, wrap } from './text.ts'
import { type Canvas, plainCanvas, stateLabel, stateOfVerdict } from './vocabulary.ts'

/** A column of the table; those with the highest `drop` go first when the terminal is narrow. */
interface Column {
  readonly title: string
  readonly drop: number
  readonly right?: boolean
  cell(feature: FeatureReport, canvas: Canvas): string
}

const chartWidth = 12

const columnsOfTable: readonly Column[] = [
  { title: 'score', drop: 2, right: true, cell: ({ primary }) => short(primary.score) },
  { title: 'effect', drop: 0, right: true, cell: ({ primary }) => short(primary.effect) },
  {
    title: 'interval',
    drop: 3,
    cell: ({ primary: { effectInterval } }) => effectInterval.map(short).join(' to '),
  },
  { title: 'minimum', drop: 0, right: true, cell: ({ minimumEffect }) => short(minimumEffect) },
  { title: 'p', drop: 0, right: true, cell: ({ primary }) => probability(countedP(primary)) },
  { title: 'level', drop: 1, right: true, cell: ({ level }) => short(level) },
  {
    title: 'reference',
    drop: 0,
    cell: ({ distribution }, canvas) => sparklinePair(distribution, chartWidth, canvas).reference,
  },
  {
    title: 'current',
    drop: 0,
    cell: ({ distribution }, canvas) => sparklinePair(distribution, chartWidth, canvas).current,
  },
]

/** Only where rows come in clusters. */
const designColumn: Column = {
  title: 'design effect',
  drop: 1,
  right: true,
  cell: ({ clustering }) => (clustering === undefined ? '' : short(clustering.designEffect)),
}

/** The report as a terminal shows it: verdict, table of features, and what changed in each that stands out. */
export function reportTable(report: Report, canvas: Canvas = plainCanvas): string {
  const state = stateLabel(stateOfVerdict[report.verdict], canvas)
  const title = canvas.paint('strong', report.model)
  const lines = [
    `${title}  ${state}  ${report.verdict}`,
    ...(isOfFiles(report) ? [] : [span(report.window)]),
    sentence(report.headline, canvas),
    ...sliceLines(report).map((line) => sentence(line, canvas)),
    rowsLine(report, canvas),
    ...referenceLines(report).map((line) => sentence(line, canvas)),
    ...guardedLines(report).map((line) => sentence(line, canvas)),
    ...againLine(report, canvas),
    ...clusteringLine(report, canvas),
  ]
  const features = sortedFeatures(report)
  if (features.length > 0) lines.push('', ...table(features, canvas))
  lines.push(...together(report, canvas))
  if (report.explanation) {
    const { explained, residual } = report.explanation
    lines.push(
      '',
      sentence(
        `upstream changed its units: ${report.explanation.sentence}; that explains ${percent(explained, 0)} of the distance and leaves an effect of ${short(residual)}`,
        canvas,
      ),
    )
  }
  lines.push(canvas.paint('faint', evidenceLine(report)))
  return lines.join('\n')
}

/** What stands out first, then what stands for most of the drift, and among equals the largest effect. */
export function sortedFeatures(report: Report): FeatureReport[] {
  const rank = featureState.options
  const size = ({ primary, minimumEffect }: FeatureReport) => primary.effect / minimumEffect
  return report.features.toSorted(
    (left, right) =>
      rank.indexOf(left.state) - rank.indexOf(right.state) ||
      (right.cause ?? 0) - (left.cause ?? 0) ||
      size(right) - size(left),
  )
}

function sentence(text: string, canvas: Canvas, indent = ''): string {
  return wrap(indent + plainText(text, canvas.unicode), canvas.width, indent)
}

function rowsLine(report: Report, canvas: Canvas): string {
  const { rows, evidence } = report
  if (isOfFiles(report)) {
    return sentence(
      `${count(rows.good)} rows against ${count(rows.reference)} rows of ${evidence.reference.name}`,
      canvas,
    )
  }
  const apart = [
    [rows.bad, 'bad'],
    [rows.foreign, 'of other models'],
    [rows.lost, 'lost'],
    [rows.late, 'late'],
    [rows.unmatched?.requests ?? 0, 'requests without a response'],
    [rows.unmatched?.responses ?? 0, 'responses without a request'],
    [rows.repeated ?? 0, 'sent more than once'],
    [rows.removed ?? 0, 'repetitions removed'],
    [rows.differing ?? 0, 'with the id of another content'],
    [rows.ahead ?? 0, "ahead of the broker's clock"],
  ] as const
  const extra = apart.filter(([n]) => n > 0).map(([n, what]) => `, ${count(n)} ${what}`)
  const { name, modelVersion } = evidence.reference
  const held =
    report.references === undefined
      ? `; reference: ${count(rows.reference)} rows (${name}, version ${modelVersion})`
      : ''
  return sentence(`${count(rows.good)} rows${extra.join('')}${silence(report)}${held}`, canvas)
}

/** What the rows count as of the feature that varies most; nothing where rows are independent. */
function clusteringLine({ features }: Report, canvas: Canvas): string[] {
  const most = features
    .filter(({ clustering }) => clustering !== undefined)
    .sort(
      (left, right) => (right.clustering?.designEffect ?? 0) - (left.clustering?.designEffect ?? 0),
    )[0]
  return most === undefined ? [] : [sentence(`${lookName(most)}: ${clusteringOf(most)}`, canvas)]
}

function againLine({ again }: Report, canvas: Canvas): string[] {
  if (again === undefined) return []
  const when = instant(again.judgedAt)
  const text = `judged once more ${when}, with ${count(again.good)} rows: ${again.verdict} (--again shows it)`
  return [sentence(text, canvas)]
}

/** A partition without a record may be a producer that died; a log without one is a quiet time, or all of them. */
function silence({ rows: { silent = [] }, evidence }: Report): string {
  if (silent.length === 0) return ''
  if (silent.length === Object.keys(evidence.cut).length) return '; the whole log was silent'
  return silent.length === 1
    ? `; partition ${silent[0]} was silent`
    : `; partitions ${silent.join(', ')} were silent`
}

function table(features: readonly FeatureReport[], canvas: Canvas): string[] {
  const { columns, nameWidth } = layOut(features, canvas)
  const stateWidth = 9
  const head = [
    'feature'.padEnd(nameWidth),
    'verdict'.padEnd(stateWidth),
    ...columns.map(({ column, width }) =>
      column.right ? column.title.padStart(width) : column.title.padEnd(width),
    ),
  ]
  const lines = [canvas.paint('faint', head.join('  ').trimEnd())]
  for (const feature of features) {
    const state = stateLabel(feature.state, canvas, stateWidth)
    const cells = columns.map(({ column, width }) => {
      const cell = column.cell(feature, canvas)
      return column.right ? cell.padStart(width) : cell.padEnd(width)
    })
    const name = fit(lookName(feature), nameWidth, canvas.unicode)
    lines.push([name, state, ...cells].join('  ').trimEnd())
    if (feature.state !== 'ok') lines.push(...details(feature, canvas))
  }
  return lines
}

/** What row detectors say; nothing where none was asked. */
function together(report: Report, canvas: Canvas): string[] {
  const lines = jointLines(report)
  if (lines.length === 0) return []
  const width = Math.max(...lines.map(({ detector }) => detector.length))
  return [
    '',
    canvas.paint('faint', sentence(jointTitle, canvas)),
    ...lines.flatMap(({ detector, state, sentence: said, rule }) => [
      state === null ? detector : `${detector.padEnd(width)}  ${stateLabel(state, canvas)}`,
      ...[said, rule]
        .filter((text) => text !== '')
        .map((text) => canvas.paint('faint', sentence(text, canvas, '    '))),
    ]),
  ]
}

/** Which columns fit, how wide each is, and what is left for the name. */
function layOut(features: readonly FeatureReport[], canvas: Canvas) {
  const longest = Math.max(7, ...features.map((each) => [...lookName(each)].length))
  const shortestName = Math.min(Math.max(longest, 10), 20)
  const isClustered = features.some(({ clustering }) => clustering !== undefined)
  let columns = [...columnsOfTable, ...(isClustered ? [designColumn] : [])].map((column) => ({
    column,
    width: Math.max(
      column.title.length,
      ...features.map((each) => column.cell(each, canvas).length),
    ),
  }))
  const room = () => canvas.width - 9 - 2 - columns.reduce((sum, { width }) => sum + width + 2, 0)
  for (let drop = 3; drop > 0 && room() < shortestName; drop--) {
    columns = columns.filter(({ column }) => column.drop !== drop)
  }
  return { columns, nameWidth: Math.max(10, Math.min(longest, room())) }
}

/** What changed, and the rule with its numbers, so that anyone can recompute the verdict. */
function details(feature: FeatureReport, canvas: Canvas): string[] {
  const { primary, level, minimumEffect } = feature
  const above = primary.effectInterval[0] > minimumEffect
  const p = countedP(primary)
  const significant = p !== null && p <= level
  const rule = [
    `${primary.detector} ${short(primary.score)}`,
    `effect ${short(primary.effect)} (${primary.effectInterval.map(short).join(' to ')}) ${above ? 'is surely above' : 'is not surely above'} ${short(minimumEffect)}`,
    p === null
      ? `no p-value: ${primary.pValueAbsent ?? 'none is defined'}`
      : `p ${probability(p)} is ${significant ? 'within' : 'not within'} ${short(level)}`,
  ]
  const noise = primary.prediction === undefined ? '' : noiseOf(primary)
  return [feature.sentence, storyOf(feature), rule.join('; '), noise, clusteringOf(feature)]
    .filter((text) => text !== '')
    .map((text) => canvas.paint('faint', sentence(text, canvas, '    ')))
}

/** The evidence by its digest, and whether anybody can judge it again. */
export const evidenceLine = ({ evidenceDigest, ...report }: Report): string => {
  const { notRecomputableSince: since, rowsErasedSince: erased } = report
  const told =
    since === undefined
      ? erased === undefined
        ? ''
        : `, which lacks a sampled row since ${instant(erased)} (erased)`
      : `, not recomputable since ${instant(since)}`
  return `evidence ${shortDigest(evidenceDigest)}${told}`
}
