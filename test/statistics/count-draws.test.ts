import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CountLaw, countRange, drawCount, logCountP } from '../../statistics/count-draws.ts'
import { seededRandom, seedOf } from '../../statistics/seeded-random.ts'
import { chiSquareSf } from '../../statistics/special.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const laws: readonly CountLaw[] = ['without putting back', 'into gaps']
/** Rows or gaps of the part, those of the rest, rows drawn. */
const sizes = [
  [1, 1, 1],
  [1, 3, 2],
  [3, 4, 5],
  [51, 450, 50],
  [39, 961, 300],
  [5, 20_000, 8_000],
  [1_000, 19_000, 10_000],
  [400_000, 600_000, 500_000],
] as const

for (const law of laws) {
  test(`the probabilities of counts ${law} are those of all arrangements, and sum to one`, () => {
    // All orders of 2 + 3 rows of two kinds, or of 3 new rows among gaps, counted by hand.
    const found = [0, 1, 2].map((k) => Math.exp(logCountP(law, k, 2, 3, 2)))
    const wanted = law === 'into gaps' ? [6, 6, 3] : [3, 6, 1]
    const all = law === 'into gaps' ? 15 : 10
    for (const [k, ways] of wanted.entries()) assert.ok(Math.abs(found[k]! - ways / all) < 1e-14)
    for (const [part, rest, draws] of sizes.slice(0, 6)) {
      const [least, most] = countRange(law, part, rest, draws)
      let sum = 0
      for (let k = least; k <= most; k++) sum += Math.exp(logCountP(law, k, part, rest, draws))
      assert.ok(Math.abs(sum - 1) < 1e-9, `${part} ${rest} ${draws}: ${sum}`)
    }
  })

  for (const [part, rest, draws] of sizes) {
    test(`draws ${law}, ${draws} for ${part} of ${part + rest}, have the law's mean, variance and shape`, () => {
      const next = mulberry32(part + draws)
      const runs = draws > 100_000 ? 2_000 : 20_000
      const counts = Float64Array.from({ length: runs }, () =>
        drawCount(law, part, rest, draws, next),
      )
      const all = part + rest
      const mean = (draws * part) / all
      const spread = (mean * (1 - part / all)) / (law === 'into gaps' ? all + 1 : all - 1)
      const variance = spread * (law === 'into gaps' ? all + draws : all - draws)
      const found = counts.reduce((sum, count) => sum + count, 0) / runs
      const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / runs
      // Four standard errors; those of a variance for a law with tails up to exponential ones.
      assert.ok(Math.abs(found - mean) <= 4 * Math.sqrt(variance / runs) + 1e-9)
      assert.ok(Math.abs(squares - variance) <= 4 * variance * Math.sqrt(8 / runs) + 1e-9)
      assert.ok(shapeP(counts, law, part, rest, draws) > 1e-4)
    })
  }
}

/** Chi-square of draws over groups of counts that are expected to hold at least 20 of them. */
function shapeP(counts: Float64Array, law: CountLaw, part: number, rest: number, draws: number) {
  const [least, most] = countRange(law, part, rest, draws)
  const seen = new Map<number, number>()
  for (const count of counts) seen.set(count, (seen.get(count) ?? 0) + 1)
  let [statistic, groups, expected, found, passed] = [0, 0, 0, 0, 0]
  const close = () => {
    statistic += (found - expected) ** 2 / expected
    groups++
    expected = found = 0
  }
  for (let k = least; k <= most; k++) {
    const p = Math.exp(logCountP(law, k, part, rest, draws))
    expected += p * counts.length
    found += seen.get(k) ?? 0
    passed += p
    if (expected >= 20 && (1 - passed) * counts.length >= 20) close()
  }
  if (expected > 1e-9) close()
  return groups < 2 ? 1 : chiSquareSf(statistic, groups - 1)
}

test('a part without rows gets none, and one without a rest gets all', () => {
  const next = () => 0.5
  for (const law of laws) {
    assert.equal(drawCount(law, 0, 5, 3, next), 0)
    assert.equal(drawCount(law, 5, 0, 3, next), 3)
    assert.equal(drawCount(law, 5, 2, 0, next), 0)
  }
})

test('one seed gives one sequence, and texts that differ give other seeds', () => {
  const [left, right] = [seededRandom(7), seededRandom(7)]
  assert.deepEqual(Array.from({ length: 5 }, left), Array.from({ length: 5 }, right))
  assert.notEqual(seedOf('1|2'), seedOf('12|'))
  const next = seededRandom(seedOf('x'))
  const draws = Array.from({ length: 10_000 }, next)
  assert.ok(draws.every((u) => u >= 0 && u < 1))
  assert.ok(Math.abs(draws.reduce((sum, u) => sum + u, 0) / 10_000 - 0.5) < 0.012)
})
