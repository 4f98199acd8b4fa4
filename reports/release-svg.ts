import type { ReleaseEvidence } from '../contracts/release.ts'
import { sureShort } from './comparison-words.ts'
import { count, days, metricChange, metricValue } from './numbers.ts'
import { gainSentence, gainsOf } from './release-gain.ts'
import { box, colours, label, picture } from './svg.ts'

const width = 560
const left = 110
const right = 420
const rowHeight = 48
const top = 64

/** The same picture as `releasePicture` for a page: one pair of bars per metric, the gain beside it. */
export function releaseSvg(evidence: ReleaseEvidence): string {
  const gains = gainsOf(evidence)
  const sure = sureShort(evidence)
  const height = top + gains.length * rowHeight + (sure === null ? 30 : 50)
  return picture(
    { width, height },
    releaseAlt(evidence),
    label(12, 24, `${evidence.model}: ${gainSentence(evidence)}`, {
      'font-size': 15,
      'font-weight': 700,
    }),
    box({ x: 12, y: 38, width: 10, height: 10 }, { fill: colours.reference }),
    label(28, 47, `before: version ${evidence.champion.version}`),
    box({ x: 180, y: 38, width: 10, height: 10 }, { fill: colours.current }),
    label(196, 47, `after: version ${evidence.candidate.version}`),
    ...gains.flatMap(({ title, before, after, gain, bars }, index) => {
      const y = top + index * rowHeight
      const scale = (right - left) / Math.max(...bars, Number.MIN_VALUE)
      const word = gain > 0 ? 'better' : gain < 0 ? 'worse' : 'same'
      return [
        label(12, y + 22, title),
        box({ x: left, y: y + 4, width: bars[0] * scale, height: 12 }, { fill: colours.reference }),
        label(left + 4, y + 14, metricValue(before), { fill: '#ffffff', 'font-size': 10 }),
        box({ x: left, y: y + 20, width: bars[1] * scale, height: 12 }, { fill: colours.current }),
        label(left + 4, y + 30, metricValue(after), { fill: '#ffffff', 'font-size': 10 }),
        label(right + 12, y + 22, `${metricChange(gain)} ${word}`, {
          'font-weight': 600,
          fill: gain > 0 ? colours.ok : colours.drifted,
        }),
      ]
    }),
    ...(sure === null
      ? []
      : [label(12, top + gains.length * rowHeight + 14, sure, { 'font-size': 11 })]),
    label(
      12,
      height - 10,
      `judged on ${count(evidence.heldOut.rows)} rows that neither was trained on, ${days(evidence.heldOut)}`,
      { 'fill-opacity': 0.75 },
    ),
  )
}

/** The same in words, with its numbers: for whoever cannot see it, or a chat that does not show it. */
export function releaseAlt(evidence: ReleaseEvidence): string {
  const numbers = gainsOf(evidence)
    .map(({ title, before, after }) => `${title} ${metricValue(before)} to ${metricValue(after)}`)
    .join(', ')
  return `${evidence.model}: ${gainSentence(evidence)}: ${numbers}`
}
