import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSums, noSums, sequenceWidth } from '../../statistics/confidence-sequence.ts'
import { meanDifference, meanIncrease } from '../../statistics/mean-sequence.ts'
import { seededRandom } from '../../statistics/seeded-random.ts'
import { type Hits, shareDifference } from '../../statistics/share-sequence.ts'

/** The martingale by its definition: exp(drift B - drift^2 W / 2), integrated over a half-normal drift of variance s2. */
function martingale(b: number, w: number, s2: number): number {
  const steps = 20_000
  const last = 12 * Math.sqrt(s2) + (4 * b) / w
  let sum = 0
  for (let i = 0; i < steps; i++) {
    const drift = ((i + 0.5) / steps) * last
    const density = (2 / Math.sqrt(2 * Math.PI * s2)) * Math.exp((-drift * drift) / (2 * s2))
    sum += density * Math.exp(drift * b - (drift * drift * w) / 2)
  }
  return (sum * last) / steps
}

test('the ends lie where the mixture martingale reaches 1 / risk, and hardly beyond', () => {
  for (const risk of [0.05, 0.01, 0.001]) {
    for (const [focus, variance] of [
      [0.02, 0.000_1],
      [0.02, 0.000_01],
      [0.5, 0.02],
      [1, 4],
    ] as const) {
      const level = -2 * Math.log(2 * risk)
      const s2 = ((level + Math.log(level + 1)) * focus ** 2) / 9
      const w = 1 / variance
      const width = sequenceWidth(variance, { risk, focus })
      assert.ok(martingale(w * width, w, s2) >= 1 / risk, `${risk} ${focus} ${variance}`)
      assert.ok(martingale(0.97 * w * width, w, s2) < 1 / risk, `${risk} ${focus} ${variance}`)
    }
  }
})

test('more data and more risk make it narrower', () => {
  const at = (variance: number, risk: number) => sequenceWidth(variance, { risk, focus: 0.02 })
  assert.ok(at(0.000_1, 0.05) < at(0.000_2, 0.05))
  assert.ok(at(0.000_1, 0.05) < at(0.000_1, 0.01))
})

const sumsOf = (values: readonly number[]) =>
  values.reduce((sums, value) => addSums(sums, { n: 1, sum: value, squares: value ** 2 }), noSums)

test('sums of looks in any order and grouping give the same ends', () => {
  const next = seededRandom(5)
  const looks = Array.from({ length: 8 }, () =>
    sumsOf(Array.from({ length: 20 }, () => Math.floor(next() * 100))),
  )
  const other = sumsOf([10, 30, 50, 70])
  const options = { risk: 0.05, focus: 10 }
  const whole = looks.reduce(addSums, noSums)
  const turned = looks.toReversed().reduce(addSums, noSums)
  const [left, right] = [looks.slice(0, 3), looks.slice(3)].map((some) => some.reduce(addSums))
  assert.deepEqual(meanDifference(other, whole, options), meanDifference(other, turned, options))
  assert.deepEqual(
    meanDifference(other, addSums(left!, right!), options),
    meanDifference(other, whole, options),
  )
})

test('an estimate is the plain difference, and lies between its ends', () => {
  const stable = sumsOf([1, 2, 3, 4])
  const candidate = sumsOf([3, 4, 5, 6])
  const options = { risk: 0.05, focus: 0.5 }
  const mean = meanDifference(stable, candidate, options)!
  assert.equal(mean.estimate, 2)
  const increase = meanIncrease(stable, candidate, options)!
  assert.ok(Math.abs(increase.estimate - 0.8) < 1e-12, '4.5 is 80 % more than 2.5')
  const share = shareDifference({ n: 100, hits: 10 }, { n: 50, hits: 10 }, options)!
  assert.ok(Math.abs(share.estimate - 0.1) < 1e-12)
  for (const { low, estimate, high } of [mean, increase, share]) {
    assert.ok(low < estimate && estimate < high)
  }
})

test('a unit changes nothing of a relative increase', () => {
  const [ms, seconds] = [1, 0.001].map((unit) =>
    meanIncrease(
      sumsOf([10, 20, 30].map((x) => x * unit)),
      sumsOf([20, 50, 30].map((x) => x * unit)),
      {
        risk: 0.05,
        focus: 0.5,
      },
    ),
  )
  assert.ok(Math.abs(ms!.low - seconds!.low) < 1e-6 && Math.abs(ms!.high - seconds!.high) < 1e-6)
})

test('an arm without values says nothing', () => {
  const options = { risk: 0.05, focus: 0.5 }
  assert.equal(shareDifference({ n: 0, hits: 0 }, { n: 5, hits: 1 }, options), null)
  assert.equal(meanDifference(noSums, sumsOf([1, 2]), options), null)
  assert.equal(meanIncrease(sumsOf([0, 0]), sumsOf([1, 2]), options), null)
})

test('a candidate without any failure is not surely good before there are enough of them', () => {
  const options = { risk: 0.01, focus: 0.01 }
  const stable = { n: 10_000, hits: 0 }
  // Of 200 requests none fails with a chance of 0.13 when one of a hundred does.
  assert.ok(shareDifference(stable, { n: 200, hits: 0 }, options)!.high > 0.01)
  assert.ok(shareDifference(stable, { n: 20_000, hits: 0 }, options)!.high < 0.01)
})

/** Runs of a stream of looks in which an end ever was on the wrong side of the truth. */
function wrongRuns(
  runs: number,
  run: (look: (ends: { low: number; high: number }, truth: number) => void) => void,
): { low: number; high: number } {
  const wrong = { low: 0, high: 0 }
  for (let i = 0; i < runs; i++) {
    let [low, high] = [false, false]
    run((ends, truth) => {
      low ||= ends.low > truth
      high ||= ends.high < truth
    })
    wrong.low += Number(low)
    wrong.high += Number(high)
  }
  return wrong
}

// Of 400 runs at a chance of 0.05 more than 36 are wrong with a chance of 0.0003 (binomial).
const runs = 400
const most = 36
const risk = 0.05

test('over 60 looks the ends of a difference of shares are wrong no more often than the risk', () => {
  for (const [usual, worse, share] of [
    [0.01, 0.02, 0.1],
    [0.001, 0.004, 0.1],
    [0.2, 0.05, 0.5],
  ] as const) {
    const next = seededRandom(11)
    const wrong = wrongRuns(runs, (look) => {
      const arms: [{ n: number; hits: number }, { n: number; hits: number }] = [
        { n: 0, hits: 0 },
        { n: 0, hits: 0 },
      ]
      for (let i = 0; i < 60; i++) {
        for (let j = 0; j < 100; j++) {
          const arm = next() < share ? arms[1] : arms[0]
          arm.n++
          if (next() < usual + (arm === arms[1] ? worse : 0)) arm.hits++
        }
        if (arms[1].n < 100) continue
        look(shareDifference(arms[0] as Hits, arms[1], { risk, focus: worse })!, worse)
      }
    })
    assert.ok(
      wrong.low <= most && wrong.high <= most,
      `${usual} + ${worse}: ${JSON.stringify(wrong)}`,
    )
  }
})

test('over 60 looks the ends of an increase of times, which lean far to the right, are too', () => {
  const next = seededRandom(12)
  const wrong = wrongRuns(runs, (look) => {
    let [stable, candidate] = [noSums, noSums]
    for (let i = 0; i < 60; i++) {
      const of = (mean: number, n: number) =>
        sumsOf(Array.from({ length: n }, () => -mean * Math.log(1 - next())))
      stable = addSums(stable, of(20, 45))
      candidate = addSums(candidate, of(30, 5))
      if (candidate.n < 100) continue
      look(meanIncrease(stable, candidate, { risk, focus: 0.5 })!, 0.5)
    }
  })
  assert.ok(wrong.low <= most && wrong.high <= most, JSON.stringify(wrong))
})

test('a plain interval of one look would be wrong far more often: the test can fail', () => {
  const next = seededRandom(13)
  const wrong = wrongRuns(runs, (look) => {
    let [n, sum] = [0, 0]
    for (let i = 0; i < 3_000; i++) {
      n++
      sum += next() - 0.5
      if (n % 50 !== 0) continue
      const width = 1.645 * Math.sqrt(1 / 12 / n)
      look({ low: sum / n - width, high: sum / n + width }, 0)
    }
  })
  assert.ok(wrong.low > 2 * most, JSON.stringify(wrong))
})
