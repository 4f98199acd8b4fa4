import { countedP } from '../contracts/counted-p.ts'
import type { FeatureReport, Report } from '../contracts/report.ts'
import { sentence } from './concern-words.ts'
import { lookName } from './look-name.ts'
import { noiseOf } from './noise.ts'
import { count, percent, probability, short } from './numbers.ts'
import { sortedFeatures } from './report-table.ts'

/** So many features are told one by one. */
const most = 3

/** How sure a bad verdict is, with the numbers of its tests, a sentence each. */
export function certaintyOf(report: Report): string[] {
  const features = sortedFeatures(report)
  const drifted = features.filter(({ state }) => state === 'drifted')
  const told = drifted.slice(0, most)
  const still = features.length - drifted.length
  const noise = told[0] && noiseOf(told[0].primary)
  return [
    ...explanationOf(report),
    ...told.map(testOf),
    ...(drifted.length > most ? [`${drifted.length - most} more drifted.`] : []),
    ...(noise ? [sentence(noise)] : []),
    ...(still > 0 ? [`${still} of ${features.length} looks found no drift.`] : []),
    rowsOf(report),
  ]
}

/** The two conditions of an alarm: an effect that matters for sure, and a p-value within its share of the budget. */
function testOf(feature: FeatureReport): string {
  const { primary, level, minimumEffect } = feature
  const [low, high] = primary.effectInterval
  const p = countedP(primary)
  const chance =
    p === null
      ? `no p-value: ${primary.pValueAbsent ?? 'none is defined'}`
      : `p ${probability(p)} at level ${short(level)}`
  return `${lookName(feature)}: ${primary.detector} effect ${short(primary.effect)} (${short(low)} to ${short(high)}), ${short(minimumEffect)} matters; ${chance}.`
}

function explanationOf({ explanation }: Report): string[] {
  if (explanation === null) return []
  const { explained, residual } = explanation
  return [
    `${sentence(explanation.sentence).slice(0, -1)}: that explains ${percent(explained, 0)} of the change, and an effect of ${short(residual)} remains.`,
  ]
}

function rowsOf({ rows }: Report): string {
  const unreadable = rows.bad === 0 ? '' : `; ${count(rows.bad)} more could not be read`
  const held = rows.reference > 0 ? ` against ${count(rows.reference)} of the reference` : ''
  return `${count(rows.good)} rows${held}${unreadable}.`
}
