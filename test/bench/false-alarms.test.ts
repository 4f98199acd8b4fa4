import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { grid } from '../../bench/false-alarms/grid.ts'
import { binomialLimits, levels, shareOf } from '../../bench/false-alarms/limits.ts'
import { permutedRates } from '../../bench/false-alarms/permuted.ts'
import { planOf } from '../../bench/false-alarms/plan.ts'
import { outsideOf, poolsOutside } from '../../bench/false-alarms/print.ts'
import { pooled, ratesOf, standing } from '../../bench/false-alarms/verdicts.ts'
import { countPart } from '../../bench/false-alarms/work.ts'
import { type Detector, detectors } from '../../detectors/index.ts'

const deciding = Object.values(detectors as Record<string, Detector>).filter(
  ({ role }) => role !== 'description',
)
const quick = grid.filter((cell) => cell.quick)

/** Rates of detectors in cells, and what lies outside. */
function measured(
  chosen: readonly Detector[],
  repetitions: number,
  { sabotage = '', within = quick } = {},
) {
  const part = { index: 0, full: repetitions, all: repetitions }
  const tallies = planOf(within, chosen).flatMap(({ cell, detectors: here, drawn }) =>
    countPart(cell, part, here, { seed: 5, sabotage }, drawn).map((tally, i) => ({
      detector: (here[i] as Detector).name,
      cell,
      tally,
    })),
  )
  const rates = ratesOf(tallies, tallies.length * levels.length, 0.005)
  const pools = pooled(rates, chosen.length * levels.length, 0.005)
  return {
    rates,
    pools,
    above: [
      ...poolsOutside(pools),
      ...outsideOf(rates.filter((rate) => standing(rate) === 'above')),
    ],
  }
}

/** Their p-values are drawn, a thousand times slower than a formula. */
const drawn: readonly string[] = [
  'psi',
  'jensen-shannon',
  'hellinger',
  'total-variation',
  'l-infinity',
  'kullback-leibler',
  'bhattacharyya',
]

for (const [which, repetitions] of [
  ['computed', 200],
  ['drawn', 40],
] as const) {
  test(`no detector that decides rejects more often than its level, in the short form of the grid: p-values ${which}`, () => {
    const chosen = deciding.filter(({ name }) => drawn.includes(name) === (which === 'drawn'))
    const { rates, above } = measured(chosen, repetitions)
    assert.deepEqual(above, [])
    for (const { name } of chosen) {
      assert.ok(
        rates.some(({ detector }) => detector === name),
        `${name} is in no cell of the short form`,
      )
    }
  })
}

test('a detector whose p-values are a fifth too small is caught', () => {
  const { name } = detectors['mann-whitney']
  const chosen = deciding.filter((detector) => detector.name === name)
  const within = quick.filter(({ family }) => family === 'tied values')
  assert.deepEqual(measured(chosen, 10_000, { within }).above, [])
  const { above } = measured(chosen, 10_000, { within, sabotage: name })
  assert.match(above[0] ?? '', /^mann-whitney at 5 % is above over all cells together/)
})

describe('the limits of a count', () => {
  test('leave out at most half of the error on each side, and would more with one count less', () => {
    const [trials, rate, error] = [60, 0.1, 0.01]
    const mass = (from: number, to: number) => {
      let sum = 0
      for (let k = from; k <= to; k++) {
        let ways = 1
        for (let i = 0; i < k; i++) ways *= (trials - i) / (i + 1)
        sum += ways * rate ** k * (1 - rate) ** (trials - k)
      }
      return sum
    }
    const { low, high } = binomialLimits(trials, rate, error)
    assert.ok(mass(0, low - 1) <= error / 2 && mass(0, low) > error / 2)
    assert.ok(mass(high + 1, trials) <= error / 2 && mass(high, trials) > error / 2)
  })

  test('of many rates hold for all of them together', () => {
    assert.ok(Math.abs((1 - shareOf(0.01, 500)) ** 500 - 0.99) < 1e-12)
  })
})

describe('a rate below its interval', () => {
  const cell = grid.find(({ name }) => name.startsWith('tied values, 2 values, 500'))!
  const continuous = grid.find(({ name }) => name.startsWith('quantile cells, continuous, 500'))!
  const rate = {
    detector: 'x',
    cell,
    level: 0.05,
    rejected: 10,
    trials: 1_000,
    limits: { low: 20, high: 90 },
  }

  test('passes where a permutation test of the same statistic rejects hardly more often', () => {
    assert.equal(standing(rate), 'below')
    assert.equal(standing({ ...rate, permuted: { ours: 91, permuted: 100 } }), 'ok')
    assert.equal(standing({ ...rate, permuted: { ours: 89, permuted: 100 } }), 'below')
  })

  test('is put beside shuffles of one sample, of which a test with few values rejects less than its level', () => {
    const { ours, permuted } = permutedRates(detectors['chi-square'], cell, 0.05, [3])
    assert.ok(permuted > 0 && permuted <= 50, `${permuted} of 1,000 at 5 %`)
    assert.ok(ours > 0)
  })

  test('and one whose p-values are four times too large is found out', () => {
    const { ours, permuted } = permutedRates(detectors['mann-whitney'], continuous, 0.05, [4], 4)
    assert.ok(ours < 0.9 * permuted, `${ours} and ${permuted}`)
  })
})
