import assert from 'node:assert/strict'
import { test } from 'node:test'
import { againstEarlier, type WindowMean } from '../../statistics/against-earlier.ts'
import { binomialSf } from '../../statistics/beta.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

/** Windows of so many rows whose means vary between them by `between`, rows by 1. */
const windowOf = (next: () => number, rows: number, between: number): WindowMean => ({
  mean: normal(next, 0.3, Math.sqrt(between ** 2 + 1 / rows)),
  variance: 1 / rows,
})

/** Alarms of so many trials at a level lie between what chance allows. */
function holds(alarms: number, trials: number, level: number, lowest = level): void {
  assert.ok(binomialSf(alarms, trials, level) > 1e-4, `${alarms} of ${trials} are too many`)
  assert.ok(1 - binomialSf(alarms + 1, trials, lowest) > 1e-4, `${alarms} of ${trials} are too few`)
}

for (const [name, between, rows] of [
  ['nothing but sampling varies', 0, 400],
  ['windows vary more than sampling', 0.2, 400],
] as const) {
  test(`its level is held where ${name}`, () => {
    const next = mulberry32(11)
    let [often, rarely, silent] = [0, 0, 0]
    const trials = 4_000
    for (let trial = 0; trial < trials; trial++) {
      const earlier = Array.from({ length: 40 }, () => windowOf(next, rows, between))
      const found = againstEarlier(earlier, windowOf(next, rows, between))
      // By chance some histories seem to remember too much to say anything.
      if (found === null) {
        silent++
        continue
      }
      if (found.p < 0.05) often++
      if (found.p < 0.005) rarely++
      assert.equal(found.low > 0 || found.high < 0, found.p < 0.05)
    }
    assert.ok(silent < trials / 50, `${silent} say nothing`)
    // What windows are taken to remember by chance costs some of the level.
    holds(often, trials, 0.05, 0.035)
    holds(rarely, trials, 0.005, 0.002)
  })
}

/** One-sided p-values of windows after sixty, of which each was kept that did not differ by far. */
function laterWindows(lives: number, draw: (next: () => number) => WindowMean): number[] {
  const found: number[] = []
  for (let life = 0; life < lives; life++) {
    const next = mulberry32(500 + life)
    const earlier: WindowMean[] = []
    for (let window = 0; window < 110; window++) {
      const one = draw(next)
      const change = againstEarlier(earlier, one)
      if (change !== null && window >= 60) {
        found.push(change.difference > 0 ? change.p / 2 : 1 - change.p / 2)
      }
      if ((change?.p ?? 1) > 0.001) earlier.push(one)
    }
  }
  return found
}

/** A window of rows that lose so much. */
function lossesOf(rows: number, draw: () => number): WindowMean {
  let [sum, squares] = [0, 0]
  for (let row = 0; row < rows; row++) {
    const loss = draw()
    sum += loss
    squares += loss * loss
  }
  const mean = sum / rows
  return { mean, variance: (squares / rows - mean ** 2) / (rows - 1), rows }
}

for (const [name, draw] of [
  [
    'a rate of errors that varies between windows',
    (next: () => number) => {
      const rate = normal(next, 0.2, 0.05)
      return lossesOf(150, () => Number(next() < rate))
    },
  ],
  ['a rare error', (next: () => number) => lossesOf(400, () => Number(next() < 0.02))],
  [
    'exponential errors whose size varies between windows',
    (next: () => number) => {
      const scale = normal(next, 1, 0.15)
      return lossesOf(60, () => -scale * Math.log(1 - next()))
    },
  ],
] as const) {
  test(`${name}: worse by chance as often as the level says, although larger means vary more`, () => {
    const found = laterWindows(400, draw)
    for (const level of [0.01, 0.003, 0.001]) {
      const alarms = found.filter((p) => p <= level).length
      // Windows of one life share what they are held against: a fifth more than the level.
      const chance = binomialSf(alarms, found.length, 1.2 * level)
      assert.ok(chance > 1e-4, `${alarms} of ${found.length} at ${level}`)
    }
  })
}

test('a window with few rows is allowed more', () => {
  const next = mulberry32(5)
  let alarms = 0
  const trials = 3_000
  for (let trial = 0; trial < trials; trial++) {
    const earlier = Array.from({ length: 40 }, () => windowOf(next, 2_000, 0.05))
    const found = againstEarlier(earlier, windowOf(next, 50, 0.05))
    if (found !== null && found.p < 0.05) alarms++
  }
  holds(alarms, trials, 0.06, 0.03)
})

test('what got worse is seen, and by how much', () => {
  const next = mulberry32(2)
  const earlier = Array.from({ length: 30 }, () => windowOf(next, 1_000, 0.02))
  const { mean, variance } = windowOf(next, 1_000, 0.02)
  const found = againstEarlier(earlier, { mean: mean + 0.4, variance })
  assert.ok(found !== null && found.p < 1e-6 && found.low > 0.2 && found.high < 0.6)
})

test('fewer than eight windows say nothing, nor more that remember each other', () => {
  const next = mulberry32(3)
  const some = Array.from({ length: 7 }, () => windowOf(next, 100, 0.1))
  assert.equal(againstEarlier(some, some[0] as WindowMean), null)
  const rising = Array.from({ length: 30 }, (_, i) => ({ mean: i / 30, variance: 1e-4 }))
  assert.equal(againstEarlier(rising, { mean: 1, variance: 1e-4 }), null)
})
