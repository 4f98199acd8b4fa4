import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stratifiedRanks } from '../../statistics/stratified-ranks.ts'

const near = (found: number, expected: number, within = 1e-10) =>
  assert.ok(Math.abs(found - expected) <= within, `${found}, expected ${expected}`)

const pairsWon = (x: readonly number[], y: readonly number[]) =>
  x.reduce(
    (sum, one) =>
      sum + y.reduce((part, other) => part + (other > one ? 1 : other === one ? 0.5 : 0), 0),
    0,
  )

/** The pairs won by y in every way to choose which of the pooled scores are y. */
function everyArrangement(x: readonly number[], y: readonly number[]): number[] {
  const all = [...x, ...y]
  const found: number[] = []
  for (let chosen = 0; chosen < 2 ** all.length; chosen++) {
    const isY = all.map((_, i) => ((chosen >> i) & 1) === 1)
    if (isY.filter(Boolean).length !== y.length) continue
    found.push(
      pairsWon(
        all.filter((_, i) => !isY[i]),
        all.filter((_, i) => isY[i]),
      ),
    )
  }
  return found
}

const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const first = { x: [1, 2, 2, 5, 7], y: [2, 5, 6, 8, 9, 9] }
const second = { x: [0, 0, 3, 4], y: [0, 3, 5, 5] }

test('z is the surplus over every arrangement of each stratum, in its standard deviations', () => {
  for (const strata of [[first], [second], [first, second]]) {
    let surplus = 0
    let variance = 0
    for (const { x, y } of strata) {
      const every = everyArrangement(x, y)
      surplus += pairsWon(x, y) - average(every)
      variance += average(every.map((won) => (won - average(every)) ** 2))
    }
    near(stratifiedRanks(strata).z, surplus / Math.sqrt(variance))
  }
})

test('the p-values are close to the share of arrangements that go as far', () => {
  const [one, two] = [everyArrangement(first.x, first.y), everyArrangement(second.x, second.y)]
  const observed = pairsWon(first.x, first.y) + pairsWon(second.x, second.y)
  const centre = average(one) + average(two)
  let larger = 0
  let either = 0
  for (const left of one) {
    for (const right of two) {
      if (left + right >= observed) larger += 1
      if (Math.abs(left + right - centre) >= Math.abs(observed - centre)) either += 1
    }
  }
  const found = stratifiedRanks([first, second])
  near(found.pLarger, larger / (one.length * two.length), 0.005)
  near(found.pEither, either / (one.length * two.length), 0.01)
})

test('swapped sides turn z around', () => {
  const turned = stratifiedRanks([{ x: first.y, y: first.x }])
  near(turned.z, -stratifiedRanks([first]).z)
  near(turned.pEither, stratifiedRanks([first]).pEither)
  assert.ok(turned.pLarger > 0.9)
})

test('strata without a pair, or with one value only, say nothing', () => {
  const nothing = { z: 0, pLarger: 1, pEither: 1 }
  assert.deepEqual(stratifiedRanks([]), nothing)
  assert.deepEqual(stratifiedRanks([{ x: [], y: [1, 2] }]), nothing)
  assert.deepEqual(stratifiedRanks([{ x: [4, 4], y: [4, 4, 4] }]), nothing)
  assert.deepEqual(stratifiedRanks([first, { x: [1], y: [] }]), stratifiedRanks([first]))
})

test('a far larger side never gives p = 0', () => {
  const x = Float64Array.from({ length: 900 }, (_, i) => i)
  const { pLarger } = stratifiedRanks([{ x, y: x.map((value) => value + 1_000) }])
  assert.ok(pLarger > 0 && pLarger < 1e-280, `${pLarger}`)
})
