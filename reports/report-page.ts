import type { HistoryEntry } from '../contracts/api.ts'
import { countedP } from '../contracts/counted-p.ts'
import { type FeatureReport, isOfFiles, type Report } from '../contracts/report.ts'
import { clusteringOf } from './clustering.ts'
import { histogramSvg } from './distribution-svg.ts'
import { guardedLines } from './guarded-lines.ts'
import { effectOverTime, verdictsSection } from './history-svg.ts'
import { jointLines, jointTitle } from './joint.ts'
import { lookName } from './look-name.ts'
import { noiseOf } from './noise.ts'
import { count, percent, probability, short, span } from './numbers.ts'
import { heading, page, paragraph, paragraphUnlessEmpty, stateMark } from './page.ts'
import { type ModelPast, pastSections } from './past-sections.ts'
import { referenceLines } from './reference-lines.ts'
import { evidenceLine, sortedFeatures } from './report-table.ts'
import { sliceLines } from './slices.ts'
import { powerOf, storyOf } from './story.ts'
import { element, escapeMarkup } from './svg.ts'
import { stateOfVerdict } from './vocabulary.ts'

/** A report as one page: the verdict, and every feature; of a running model its past as well. */
export function reportPage(report: Report, past?: ModelPast): string {
  const features = sortedFeatures(report)
  const title = isOfFiles(report)
    ? `${report.model} against ${report.evidence.reference.name}`
    : `${report.model}, ${span(report.window)}`
  const body = [
    heading(1, title),
    element(
      'p',
      { class: 'verdict' },
      stateMark(stateOfVerdict[report.verdict]),
      ` ${report.verdict}`,
    ),
    paragraph(report.headline),
    ...sliceLines(report).map((line) => paragraph(line)),
    ...rowsParagraphs(report),
    ...(features.length > 0 ? [table(features)] : []),
    ...(past === undefined ? [] : [verdictsSection(past.windows), pastSections(past)]),
    ...features.map((feature) => section(feature, past?.windows ?? [], isOfFiles(report))),
    ...together(report),
    paragraph(evidenceLine(report), 'faint'),
  ]
  return page(`${report.verdict}: ${title}`, body)
}

/** How many rows, how they stand against each of several references, and what was done to inputs before them. */
function rowsParagraphs(report: Report): string[] {
  const { good, reference } = report.rows
  const lines = referenceLines(report)
  const rows =
    lines.length === 0
      ? `${count(good)} rows against ${count(reference)} rows of the reference`
      : `${count(good)} rows`
  return [rows, ...lines, ...guardedLines(report)].map((line) => paragraph(line, 'faint'))
}

function table(features: readonly FeatureReport[]): string {
  const heads = ['feature', 'verdict', 'effect', 'minimum', 'p']
  const rows = features.map((feature) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, escapeMarkup(lookName(feature))),
      element('td', {}, stateMark(feature.state), partOf(feature)),
      ...[
        short(feature.primary.effect),
        short(feature.minimumEffect),
        probability(countedP(feature.primary)),
      ].map((text) => element('td', { class: 'number' }, escapeMarkup(text))),
    ),
  )
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)))
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows))
}

/** What part of the drift it stands for, where it is not alone. */
const partOf = ({ cause }: FeatureReport): string =>
  cause === null || cause === 1 ? '' : ` ${percent(cause, 0)}`

/** One feature: what changed, its two distributions, and the numbers that anyone can recompute the state from. */
function section(
  feature: FeatureReport,
  windows: readonly HistoryEntry[],
  ofFiles: boolean,
): string {
  const { primary, level, minimumEffect, others, sentence, distribution } = feature
  const counted = countedP(primary)
  const p =
    counted === null
      ? `no p-value: ${primary.pValueAbsent ?? 'none is defined'}`
      : `p ${probability(counted)} at level ${short(level)}`
  const rule = `${primary.detector} ${short(primary.score)}; effect ${short(primary.effect)} (${primary.effectInterval.map(short).join(' to ')}), ${short(minimumEffect)} matters; ${p}`
  const rest = others.map(({ detector, score }) => `${detector} ${short(score)}`).join(', ')
  return element(
    'section',
    {},
    element('h2', {}, stateMark(feature.state), ` ${escapeMarkup(lookName(feature))}`),
    paragraph(sentence),
    paragraphUnlessEmpty(storyOf(feature)),
    distribution.reference.length > 0 ? histogramSvg(feature) : '',
    effectOverTime(feature, windows),
    paragraph(rule, 'faint'),
    paragraphUnlessEmpty(ofFiles ? '' : noiseOf(primary), 'faint'),
    paragraphUnlessEmpty(clusteringOf(feature), 'faint'),
    paragraphUnlessEmpty(powerOf(feature), 'faint'),
    paragraphUnlessEmpty(rest, 'faint'),
  )
}

/** What row detectors say; nothing where none was asked. */
function together(report: Report): string[] {
  const lines = jointLines(report)
  if (lines.length === 0) return []
  const parts = lines.flatMap(({ detector, state, sentence, rule }) => [
    element('h3', {}, ...(state === null ? [] : [stateMark(state), ' ']), escapeMarkup(detector)),
    paragraph(sentence),
    paragraphUnlessEmpty(rule, 'faint'),
  ])
  return [element('section', {}, element('h2', {}, escapeMarkup(jointTitle)), ...parts)]
}
