import { type FeatureReport, isOfFiles, type Report, type Score } from '../contracts/report.ts'
import { absorbedSentence } from './absorbed.ts'
import { clusteringOf } from './clustering.ts'
import { lookName } from './look-name.ts'
import { noiseOf } from './noise.ts'
import { count, percent, probability, short, span } from './numbers.ts'
import { evidenceLine } from './report-table.ts'
import { shares } from './sparkline.ts'
import { powerOf, storyOf } from './story.ts'
import { fit, plainText, wrap } from './text.ts'
import { type Canvas, plainCanvas, stateLabel } from './vocabulary.ts'

/** Everything about one feature in one window: the rule with its numbers, both distributions, other scores. */
export function featureDetails(
  report: Report,
  feature: FeatureReport,
  canvas: Canvas = plainCanvas,
): string {
  const { primary, level, minimumEffect } = feature
  const text = (line: string) => plainText(wrap(line, canvas.width), canvas.unicode)
  const lines = [
    `${canvas.paint('strong', `${report.model} ${lookName(feature)}`)}  ${stateLabel(feature.state, canvas)}`,
    text(span(report.window)),
  ]
  if (feature.sentence) lines.push(text(feature.sentence))
  if (report.absorbed) lines.push(text(`reference: ${absorbedSentence(report.absorbed)}`))
  const story = storyOf(feature)
  if (story !== '') lines.push(text(story))
  const { explanation } = report
  if (explanation?.feature === feature.feature) {
    const since = explanation.since ? ` since ${explanation.since}` : ''
    lines.push(text(`${explanation.sentence}${since}: ${percent(explanation.explained, 0)} of it`))
  }
  lines.push(
    '',
    text(
      `an alarm needs both: an effect surely above ${short(minimumEffect)}, and p within ${short(level)}, this look's share of the model's false-alarm budget`,
    ),
    ...(powerOf(feature) === '' ? [] : [text(powerOf(feature))]),
    ...(isOfFiles(report) || noiseOf(primary) === '' ? [] : [text(noiseOf(primary))]),
    ...(clusteringOf(feature) === '' ? [] : [text(clusteringOf(feature))]),
    ...scoreLines(primary, 'decides'),
    ...feature.others.flatMap((score) => scoreLines(score, 'describes')),
    '',
    ...distributionLines(feature, canvas),
    '',
    canvas.paint('faint', evidenceLine(report)),
  )
  return lines.join('\n')
}

function scoreLines(score: Score, role: string): string[] {
  const { detector, definition, effect, effectInterval, pValue, n } = score
  const p =
    pValue === null
      ? `no p (${score.pValueAbsent ?? 'none is defined'})`
      : `p ${probability(pValue)}`
  return [
    `  ${detector.padEnd(16)} ${short(score.score).padStart(7)}  effect ${short(effect)} (${effectInterval.map(short).join(' to ')})  ${p}`,
    `  ${' '.repeat(16)} ${role}; definition ${definition}, ${count(n.current)} rows against ${count(n.reference)}, ${score.cells} cells`,
  ]
}

/** One bin a line, reference above current, as shares on one scale. */
function distributionLines({ distribution }: FeatureReport, canvas: Canvas): string[] {
  const reference = shares(distribution.reference)
  const current = shares(distribution.current)
  const top = Math.max(...reference, ...current, Number.MIN_VALUE)
  const nameWidth = Math.min(24, Math.max(8, ...distribution.labels.map((name) => name.length)))
  const room = Math.max(8, Math.floor((canvas.width - nameWidth - 24) / 2))
  const bar = (share: number) => {
    const full = Math.round((share / top) * room)
    return (canvas.unicode ? '█' : '#').repeat(full).padEnd(room)
  }
  const head = `${'bin'.padEnd(nameWidth)}  ${'reference'.padEnd(room + 9)}  current`
  return [
    canvas.paint('faint', head),
    ...distribution.labels.map((name, index) => {
      const before = reference[index] ?? 0
      const now = current[index] ?? 0
      const cells = [
        fit(name, nameWidth, canvas.unicode),
        `${bar(before)} ${percent(before).padStart(8)}`,
        `${bar(now)} ${percent(now).padStart(8)}`,
      ]
      return plainText(cells.join('  '), canvas.unicode)
    }),
  ]
}
