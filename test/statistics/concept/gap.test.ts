import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calibrationChange } from '../../../statistics/concept/calibration-change.ts'
import { fitGap, gapTest } from '../../../statistics/concept/gap.ts'
import { labelGivenScore } from '../../../statistics/concept/label-given-score.ts'
import { mulberry32 } from '../../support/mulberry32.ts'
import { classifierRows } from '../intervals/worlds.ts'

const trials = 400
/** Four standard errors above 5 %. */
const most = 37

test('without a change of what a score means no test of it alarms too often, though inputs shifted', () => {
  const next = mulberry32(31)
  const alarms = { gap: 0, calibration: 0, cells: 0, shape: 0, level: 0, both: 0 }
  for (let trial = 0; trial < trials; trial++) {
    // Badly calibrated on both sides alike, which is no change; and other inputs now.
    const before = classifierRows(1_000, next, { wrong: 0.6 })
    const now = classifierRows(400, next, { wrong: 0.6, centre: 0.5 })
    const reference = fitGap(before.scores, before.labels)
    const given = labelGivenScore(before, now)
    if (gapTest(reference, now.scores, now.labels).p < 0.05) alarms.gap++
    if (calibrationChange(reference, now.scores, now.labels).p < 0.05) alarms.calibration++
    if (given.pOfCells < 0.05) alarms.cells++
    if (given.pOfShape < 0.05) alarms.shape++
    if (given.pOfLevel < 0.05) alarms.level++
    if (given.p < 0.05) alarms.both++
  }
  for (const [name, count] of Object.entries(alarms)) assert.ok(count <= most, `${name} ${count}`)
  assert.ok(alarms.gap >= 5, `${alarms.gap}: the test of the gap is far too careful`)
})

test('a score that means less than before is found by all of them', () => {
  const next = mulberry32(32)
  const before = classifierRows(3_000, next)
  const now = classifierRows(1_000, next, { wrong: -0.8 })
  const reference = fitGap(before.scores, before.labels)
  const { gap, p } = gapTest(reference, now.scores, now.labels)
  assert.ok(gap < -0.04 && p < 1e-6, `${gap} ${p}`)
  assert.ok(calibrationChange(reference, now.scores, now.labels).p < 1e-4)
  const given = labelGivenScore(before, now)
  assert.ok(given.p < 1e-6, `${given.p}`)
})

test('labels turned round in the middle leave the sum alone, and the shape shows it', () => {
  const next = mulberry32(33)
  const rows = (turned: boolean) => {
    const scores = Float64Array.from({ length: 2_000 }, next)
    const labels = scores.map((score) => (next() < (turned ? 1 - score : score) ? 1 : 0))
    return { scores, labels }
  }
  const [before, now] = [rows(false), rows(true)]
  const reference = fitGap(before.scores, before.labels)
  assert.ok(gapTest(reference, now.scores, now.labels).p > 1e-4)
  assert.ok(calibrationChange(reference, now.scores, now.labels).p < 1e-12)
  const given = labelGivenScore(before, now)
  assert.ok(given.pOfShape < 1e-12 && given.pOfCells < 1e-6)
})

test('weights make up for who gets a label', () => {
  const next = mulberry32(34)
  const reference = fitGap(...asPair(classifierRows(4_000, next)))
  const { scores, labels } = classifierRows(4_000, next, { wrong: 0.5 })
  const chance = scores.map((score) => (score < 0.5 ? 0.9 : 0.1))
  const kept = [...scores.keys()].filter((row) => next() < (chance[row] as number))
  const all = gapTest(reference, scores, labels)
  const of = (weights?: number[]) =>
    gapTest(
      reference,
      kept.map((row) => scores[row] as number),
      kept.map((row) => labels[row] as number),
      weights,
    )
  const weighted = of(kept.map((row) => 1 / (chance[row] as number)))
  assert.ok(Math.abs(weighted.gap - all.gap) < 3 * weighted.error)
  assert.ok(weighted.error > of().error, 'fewer rows that count say less')
})

test('a stored gap reference gives the same bytes again', () => {
  const text = JSON.stringify(fitGap(...asPair(classifierRows(500, mulberry32(35)))))
  assert.equal(JSON.stringify(JSON.parse(text)), text)
})

const asPair = ({ scores, labels }: ReturnType<typeof classifierRows>) => [scores, labels] as const
