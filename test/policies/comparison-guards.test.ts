import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GuardResult } from '../../contracts/comparison.ts'
import { calibrationGuard } from '../../policies/calibration-guard.ts'
import type { ComparedRows, ComparisonPolicy } from '../../policies/compared-rows.ts'
import { compare } from '../../policies/comparison.ts'
import { comparisonPolicy } from '../../policies/comparison-policy.ts'
import { fairnessGuard } from '../../policies/fairness-guard.ts'
import { segmentGuard } from '../../policies/segment-guard.ts'
import { atMost, type TwoModels, twoModels } from '../statistics/paired/worlds.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { drawn, groups, rowsOf } from './compared-example.ts'

const next = mulberry32(70)
const guards = {
  segments: segmentGuard,
  calibration: (rows: ComparedRows, policy: ComparisonPolicy) =>
    calibrationGuard(rows, policy, next),
  fairness: fairnessGuard,
}
const guardOf = (rows: ComparedRows, policy: ComparisonPolicy, guard: GuardResult['guard']) =>
  guards[guard](rows, policy)

test('of ten segments without any loss one is refused as rarely as the level of the guard says', () => {
  const next = mulberry32(71)
  const trials = 400
  const policy = comparisonPolicy({ segments: { maximumLoss: 0 } })
  let refused = 0
  for (let trial = 0; trial < trials; trial++) {
    const rows = drawn(1_500, next, {}, { segments: groups(1_500, 10) })
    if (guardOf(rows, policy, 'segments').state === 'refused') refused++
  }
  assert.ok(atMost(refused, trials, 0.03), `${refused} of ${trials}`)
})

/** Everywhere better, but rather the wrong way round on the rows of one group. */
function worseSomewhere(next: () => number): ComparedRows {
  const models = twoModels(6_000, next, { champion: 1.5, candidate: 0.2 })
  const candidate = models.candidate.map((score, row) =>
    row % 6 === 2 ? 0.6 - 0.2 * score : score,
  )
  return rowsOf({ ...models, candidate }, { segments: groups(6_000, 6) })
}

test('a candidate that is better overall and certainly worse in one segment is WORSE, and says where', () => {
  const found = compare(worseSomewhere(mulberry32(72)), comparisonPolicy())
  assert.equal(`${found.result} ${found.code} ${found.passes}`, 'WORSE SEGMENT_LOSS no')
  assert.match(
    found.reason,
    /^segments that are worse in Brier score by more than 0\.0100: region=2 by 0\.\d+ \(at least/,
  )
  assert.ok((found.gain?.low ?? 0) > 0, 'it is better overall')
  const [guard] = found.guards
  assert.equal(guard?.worst[0]?.name, 'region=2')
  assert.equal(guard.worst.filter(({ refused }) => refused).length, 1)
  assert.equal(guard.judged, 6)
})

test('a segment with fewer rows than the minimum is not judged, and that is said', () => {
  const rows = worseSomewhere(mulberry32(72))
  const some = guardOf(rows, comparisonPolicy({ segments: { minimumRows: 2_000 } }), 'segments')
  assert.deepEqual([some.state, some.judged, some.tooSmall], ['unknown', 0, 6])
  const segments = [...(rows.segments ?? []).slice(0, 2), { name: 'region=few', rows: [1, 2, 3] }]
  const found = guardOf({ ...rows, segments }, comparisonPolicy(), 'segments')
  assert.deepEqual([found.state, found.judged, found.tooSmall], ['passed', 2, 1])
  assert.match(found.sentence, /1 had too few rows/)
})

test('the calibration guard refuses equally calibrated models rarely, and one that is certainly too sure', () => {
  const next = mulberry32(73)
  const policy = comparisonPolicy({ metric: 'auc', calibration: { maximumLoss: 0 } })
  const trials = 200
  let refused = 0
  for (let trial = 0; trial < trials; trial++) {
    if (guardOf(drawn(400, next), policy, 'calibration').state === 'refused') refused++
  }
  assert.ok(atMost(refused, trials, 0.025), `${refused} of ${trials}`)
  const models = twoModels(3_000, next, { champion: 1, candidate: 0.1 })
  const candidate = models.candidate.map((score) => score ** 4)
  const found = compare(rowsOf({ ...models, candidate }), comparisonPolicy({ metric: 'auc' }))
  assert.equal(`${found.result} ${found.code}`, 'WORSE CALIBRATION_LOSS', found.reason)
  const off = comparisonPolicy({ metric: 'auc', calibration: { maximumLoss: 1 } })
  assert.equal(compare(rowsOf({ ...models, candidate }), off).result, 'BETTER')
})

const critical = (changes = {}) => comparisonPolicy({ ...changes, critical: true })
const sexes = (models: TwoModels) => [
  { name: 'sex', groups: groups(models.labels.length, 2, 'sex') },
]

test('of groups that either model treats alike the fairness guard refuses as rarely as it says', () => {
  const next = mulberry32(74)
  const trials = 400
  let refused = 0
  for (let trial = 0; trial < trials; trial++) {
    const models = twoModels(800, next)
    const rows = rowsOf(models, { attributes: sexes(models) })
    const policy = critical({ fairness: { maximumGrowth: 0 } })
    if (guardOf(rows, policy, 'fairness').state === 'refused') refused++
  }
  assert.ok(atMost(refused, trials, 0.025), `${refused} of ${trials}`)
})

/** The better of two models, which gives one group lower scores whatever it deserves. */
function unfair(next: () => number): ComparedRows {
  const models = twoModels(4_000, next, { champion: 3, candidate: 0.2 })
  const candidate = models.candidate.map((score, row) => (row % 2 === 0 ? score * 0.6 : score))
  return rowsOf({ ...models, candidate }, { attributes: sexes(models) })
}

test('a gap between protected groups that was planted is caught, by default for a critical model', () => {
  const found = compare(unfair(mulberry32(75)), critical({ calibration: { maximumLoss: 1 } }))
  assert.equal(`${found.result} ${found.code} ${found.passes}`, 'WORSE FAIRNESS_LOSS no')
  assert.match(
    found.reason,
    /^between protected groups it got more unequal: .*sex sex=\d against sex=\d/,
  )
  assert.equal(found.guards[2]?.judged, 3, 'three measures of one pair of groups')
})

test('the fairness guard is on where it is asked for, and off for a model that is not critical', () => {
  const rows = unfair(mulberry32(75))
  const of = (policy: ComparisonPolicy) => guardOf(rows, policy, 'fairness').state
  assert.equal(of(comparisonPolicy()), 'off')
  assert.equal(of(comparisonPolicy({ fairness: { guard: true } })), 'refused')
  assert.equal(of(critical({ fairness: { guard: false } })), 'off')
  assert.equal(guardOf({ ...rows, attributes: [] }, critical(), 'fairness').state, 'off')
})

test('where protected groups have too few rows to be compared, a person is asked', () => {
  const rows = drawn(1_000, mulberry32(76), { champion: 3, candidate: 0.2 })
  const attributes = [
    { name: 'sex', groups: [{ name: 'f', rows: [1, 2, 3] }, groups(1_000, 2)[0]!] },
  ]
  const found = compare({ ...rows, attributes }, critical())
  assert.equal(`${found.result} ${found.code} ${found.passes}`, 'UNDECIDED FAIRNESS_UNKNOWN person')
  assert.match(found.reason, /^the groups of sex hold too few rows/)
})
