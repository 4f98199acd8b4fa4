import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labelShift } from '../../statistics/label-shift.ts'
import { mulberry32 } from '../support/mulberry32.ts'

/** P(predicted | true), one column per true class. */
const given = [
  [0.8, 0.15, 0.1],
  [0.15, 0.7, 0.2],
  [0.05, 0.15, 0.7],
]

/** Expected counts of the labelled reference, and of the window's predictions, without noise. */
const confusionOf = (rows: readonly number[]) =>
  given.map((row) => row.map((chance, j) => Math.round(chance * (rows[j] as number))))
const predictedOf = (shares: readonly number[], rows: number) =>
  given.map((row) => row.reduce((sum, chance, j) => sum + chance * (shares[j] as number), 0) * rows)

const near = (found: readonly number[], expected: readonly number[], within: number) =>
  found.forEach((x, i) => {
    assert.ok(Math.abs(x - (expected[i] as number)) < within, `${found} is not ${expected}`)
  })

test('without noise the shares and weights come back', () => {
  const { shares, weights } = labelShift(
    confusionOf([10_000, 6_000, 4_000]),
    predictedOf([0.2, 0.3, 0.5], 1_000),
  )
  near(shares, [0.2, 0.3, 0.5], 1e-9)
  near(weights, [0.4, 1, 2.5], 1e-9)
})

test('of two classes it is the estimate of Rogan and Gladen (1978), with their standard error', () => {
  const [hits, misses, alarms, passes] = [450, 50, 200, 1_800]
  const [positive, rows] = [260, 1_000]
  const [sensitivity, fallOut] = [hits / (hits + misses), alarms / (alarms + passes)]
  const share = (positive / rows - fallOut) / (sensitivity - fallOut)
  const variance =
    ((positive / rows) * (1 - positive / rows)) / rows +
    (share ** 2 * sensitivity * (1 - sensitivity)) / (hits + misses) +
    ((1 - share) ** 2 * fallOut * (1 - fallOut)) / (alarms + passes)
  const half = (1.959963984540054 * Math.sqrt(variance)) / (sensitivity - fallOut)
  const found = labelShift(
    [
      [hits, alarms],
      [misses, passes],
    ],
    [positive, rows - positive],
  )
  near(found.shares, [share, 1 - share], 1e-12)
  near(found.shareIntervals[0] as [number, number], [share - half, share + half], 1e-9)
})

test('of three classes no other shares make the predictions more likely', () => {
  const predicted = [412, 333, 255]
  const { shares } = labelShift(confusionOf([10_000, 6_000, 4_000]), predicted)
  let [best, at] = [Number.NEGATIVE_INFINITY, [0, 0, 0]]
  for (let a = 0; a <= 400; a++) {
    for (let b = 0; a + b <= 400; b++) {
      const q = [a / 400, b / 400, (400 - a - b) / 400]
      const likelihood = predictedOf(q, 1).reduce(
        (sum, chance, i) => sum + (predicted[i] as number) * Math.log(chance),
        0,
      )
      if (likelihood > best) [best, at] = [likelihood, q]
    }
  }
  near(shares, at, 0.004)
})

test('intervals hold the truth about as often as they say, and the test keeps its level', () => {
  const next = mulberry32(21)
  const priors = [0.5, 0.3, 0.2]
  const draw = (chances: readonly number[]) => {
    let u = next()
    for (let i = 0; i < chances.length - 1; i++) {
      u -= chances[i] as number
      if (u < 0) return i
    }
    return chances.length - 1
  }
  const predict = (label: number) => draw(given.map((row) => row[label] as number))
  const trials = 500
  const run = (shares: readonly number[]) => {
    const held = { shares: 0, weights: 0, rejected: 0 }
    for (let t = 0; t < trials; t++) {
      const confusion = given.map((row) => row.map(() => 0))
      for (let i = 0; i < 1_000; i++) {
        const label = draw(priors)
        ;(confusion[predict(label)] as number[])[label]! += 1
      }
      const predicted = [0, 0, 0]
      for (let i = 0; i < 400; i++) predicted[predict(draw(shares))]! += 1
      const found = labelShift(confusion, predicted)
      const holds = ([low, high]: readonly [number, number], truth: number) =>
        low <= truth && truth <= high
      if (holds(found.shareIntervals[0]!, shares[0] as number)) held.shares++
      if (holds(found.weightIntervals[2]!, (shares[2] as number) / 0.2)) held.weights++
      if (found.p <= 0.05) held.rejected++
    }
    return held
  }
  // Four standard errors around 95 % of 500 trials, and around 5 %.
  const same = run(priors)
  const moved = run([0.3, 0.3, 0.4])
  for (const held of [same, moved]) {
    assert.ok(held.shares >= 455 && held.shares <= 494, `shares ${held.shares}`)
    assert.ok(held.weights >= 455 && held.weights <= 494, `weights ${held.weights}`)
  }
  assert.ok(same.rejected >= 6 && same.rejected <= 45, `${same.rejected} rejected`)
  assert.ok(moved.rejected >= 480, `${moved.rejected} found`)
})

test('an estimate beyond what shares can be is cut off, and they still add up to 1', () => {
  const { shares, shareIntervals } = labelShift(confusionOf([1_000, 1_000, 1_000]), [400, 20, 10])
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-12)
  assert.ok(shares.every((share) => share >= 0))
  for (const [low, high] of shareIntervals) assert.ok(low >= 0 && high <= 1 && low <= high)
})

test('a class without rows, and predictions that tell nothing apart, are refused', () => {
  const refused = (confusion: number[][], predicted: number[]) =>
    assert.throws(() => labelShift(confusion, predicted), RangeError)
  refused(
    [
      [5, 0],
      [3, 0],
    ],
    [4, 4],
  )
  refused(
    [
      [50, 30],
      [50, 30],
    ],
    [4, 4],
  )
  refused(
    [
      [50, 30],
      [50, 70],
    ],
    [0, 0],
  )
  refused(
    [
      [50, 30],
      [50, 70],
    ],
    [1, 2, 3],
  )
  refused([[5]], [5])
})
