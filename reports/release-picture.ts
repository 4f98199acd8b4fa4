import type { ReleaseEvidence } from '../contracts/release.ts'
import { guardLines, sureLines } from './comparison-words.ts'
import { count, instant, shortDigest, signed, span } from './numbers.ts'
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
      const numbers = `${before.toFixed(3).padStart(12)}  ${after.toFixed(3).padStart(13)}`
      const mark = canvas.paint(gain > 0 ? 'green' : 'red', signed(gain).padStart(7))
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

/** Share of wrong answers before and after, on one scale. */
function errorBars(evidence: ReleaseEvidence, canvas: Canvas): string[] {
  const before = 1 - evidence.metrics.champion.accuracy
  const after = 1 - evidence.metrics.candidate.accuracy
  const top = Math.max(before, after, Number.MIN_VALUE)
  const bar = (share: number) => {
    const full = Math.round((share / top) * barWidth)
    return (canvas.unicode ? '█' : '#').repeat(full).padEnd(barWidth)
  }
  const line = (name: string, share: number) =>
    `wrong ${name.padEnd(7)} ${bar(share)} ${(share * 100).toFixed(1)} %`
  return [line('before', before), line('after', after)]
}
