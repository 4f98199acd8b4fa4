import type { ReleaseEvidence } from '../contracts/release.ts'
import { type Metrics, ofNumbers } from '../contracts/training.ts'
import { guardLines, sureLines } from './comparison-words.ts'
import { count, instant, metricChange, metricValue, percent, shortDigest, span } from './numbers.ts'
import { gainSentence, gainsOf } from './release-gain.ts'
import { wrap } from './text.ts'
import { type Canvas, plainCanvas } from './vocabulary.ts'

const barWidth = 20

/** What an approver is shown in a terminal: before, after, gain, and on which rows. */
export function releasePicture(evidence: ReleaseEvidence, canvas: Canvas = plainCanvas): string {
  const champion = `champion ${evidence.champion.version}`
  const candidate = `candidate ${evidence.candidate.version}`
  const lines = [
    canvas.paint('strong', `${evidence.model}: ${gainSentence(evidence)}`),
    canvas.paint(
      'faint',
      `${'metric'.padEnd(11)}  ${champion.padStart(12)}  ${candidate.padStart(13)}     gain`,
    ),
    ...gainsOf(evidence).map(({ title, before, after, gain }) => {
      const numbers = `${metricValue(before).padStart(12)}  ${metricValue(after).padStart(13)}`
      const mark = canvas.paint(gain > 0 ? 'green' : 'red', metricChange(gain).padStart(7))
      return `${title.padEnd(11)}  ${numbers}  ${mark} ${gain > 0 ? 'better' : gain < 0 ? 'worse' : 'same'}`
    }),
    '',
    ...errorBars(evidence, canvas),
    '',
    wrap(
      `judged on ${count(evidence.heldOut.rows)} rows that neither was trained on (${span(evidence.heldOut)}); trained on ${span(evidence.trainedOn)}`,
      canvas.width,
    ),
  ]
  for (const line of [...sureLines(evidence), ...guardLines(evidence)]) {
    lines.push(wrap(line, canvas.width))
  }
  for (const limit of evidence.knownLimits) lines.push(wrap(`known limit: ${limit}`, canvas.width))
  if (evidence.driftReport) {
    const { verdict, evidenceDigest } = evidence.driftReport
    lines.push(
      `because of the window from ${instant(verdict)}, evidence ${shortDigest(evidenceDigest)}`,
    )
  }
  return lines.join('\n')
}

/** Share of wrong answers, or the mean error of a number, before and after, on one scale. */
function errorBars({ metrics }: ReleaseEvidence, canvas: Canvas): string[] {
  const numbers = ofNumbers(metrics.champion)
  const [before, after] = [errorOf(metrics.champion), errorOf(metrics.candidate)]
  const top = Math.max(before, after, Number.MIN_VALUE)
  const bar = (share: number) => {
    const full = Math.round((share / top) * barWidth)
    return (canvas.unicode ? '█' : '#').repeat(full).padEnd(barWidth)
  }
  const line = (name: string, error: number) =>
    numbers
      ? `error ${name.padEnd(7)} ${bar(error)} ${metricValue(error)} on average`
      : `wrong ${name.padEnd(7)} ${bar(error)} ${percent(error)}`
  return [line('before', before), line('after', after)]
}

const errorOf = (metrics: Metrics): number =>
  ofNumbers(metrics) ? metrics.mae : 1 - metrics.accuracy
