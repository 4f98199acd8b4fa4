import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Comparison } from '../../contracts/comparison.ts'
import { compare } from '../../policies/comparison.ts'
import { comparisonPolicy } from '../../policies/comparison-policy.ts'
import { bestContender, formerContenders } from '../../policies/former-versions.ts'
import { mulberry32 } from '../support/mulberry32.ts'

describe('former versions as candidates', () => {
  test('are those that served last, each once, without champion and candidate', () => {
    const served = ['1', '2', '1', '3', '4']
    assert.deepEqual(formerContenders(served, '4', '5', 9), ['3', '1', '2'])
    assert.deepEqual(formerContenders(served, '4', '5', 2), ['3', '1'])
    assert.deepEqual(formerContenders(served, '1', '3', 9), ['4', '2'])
    assert.deepEqual(formerContenders(['1'], '1', '2', 9), [])
    assert.deepEqual(formerContenders([], null, '1', 9), [])
  })

  const contender = (version: string, result: Comparison['result'], gain: number) => ({
    version,
    comparison: { result, passes: result === 'BETTER' ? 'yes' : 'no', gain: gainOf(gain) } as const,
  })
  const gainOf = (gain: number) => ({
    ...({ method: 't', rows: 1, before: 1, after: 1 - gain, p: 0.5, smallestGain: 1 } as const),
    ...{ gain, low: gain, high: gain },
  })

  test('the one that is shown to gain most goes on, at equal gains the new one', () => {
    const [fresh, old] = [contender('5', 'BETTER', 0.1), contender('1', 'BETTER', 0.3)]
    assert.equal(bestContender([fresh, old]).version, '1')
    assert.equal(bestContender([fresh, contender('1', 'BETTER', 0.1)]).version, '5')
    assert.equal(bestContender([contender('5', 'WORSE', -1), old]).version, '1')
  })

  test('one that only looks better never does: then it is the new one, whatever it came to', () => {
    const fresh = contender('5', 'WORSE', -0.1)
    const looks = [contender('1', 'UNDECIDED', 0.3), contender('2', 'NOT_WORSE', 0.2)]
    assert.equal(bestContender([fresh, ...looks]).version, '5')
  })
})

test('among many versions that are as good as the champion hardly ever any is called better', () => {
  const next = mulberry32(11)
  const [rounds, contenders, rows] = [300, 6, 400]
  const policy = comparisonPolicy({ metric: 'accuracy', calibration: { maximumLoss: 1 } })
  const windows = {
    heldOut: { start: '2024-02-01T00:00:00Z', end: '2024-03-01T00:00:00Z' },
    candidate: { start: '2024-01-01T00:00:00Z', end: '2024-01-31T00:00:00Z' },
    champion: { start: '2023-01-01T00:00:00Z', end: '2023-01-31T00:00:00Z' },
  }
  let [alone, together] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const labels = Float64Array.from({ length: rows }, () => Number(next() < 0.5))
    // Right in seven of ten cases, each in its own.
    const of = () => labels.map((label) => (next() < 0.7 ? label : 1 - label) * 0.8 + 0.1)
    const champion = of()
    const candidates = Array.from({ length: contenders }, of)
    const anyBetter = (count: number) =>
      candidates.some((candidate, i) => {
        const seed = `${round}/${i}`
        const asked = { labels, champion, candidate, windows, seed, contenders: count }
        return compare(asked, policy).result === 'BETTER'
      })
    if (anyBetter(1)) alone++
    if (anyBetter(contenders)) together++
  }
  // 2.5 % of 300 are 7.5, and three standard errors of that 8.1.
  assert.ok(together <= 15, `${together} of ${rounds}`)
  assert.ok(alone > together, `${alone} alone, ${together} together`)
})
