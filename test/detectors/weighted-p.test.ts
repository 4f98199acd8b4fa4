import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weightedP } from '../../detectors/weighted-p.ts'

test('the smallest p-value over its share counts', () => {
  assert.equal(
    weightedP([
      { p: 0.016, share: 0.8 },
      { p: 0.5, share: 0.2 },
    ]),
    0.02,
  )
  assert.equal(weightedP([{ p: 1, share: 0.5 }]), 1)
  assert.equal(weightedP([{ p: 0, share: 1 }]), Number.MIN_VALUE)
})

test('a test in steps adds what it can reach: over all outcomes no level is exceeded', () => {
  // Two independent tests: one of 4,000 equally likely outcomes, one of six that are not.
  const steps = [0.6, 0.25, 0.1, 0.03, 0.015, 0.005]
  const tails = steps.map((_, k) => steps.slice(k).reduce((sum, each) => sum + each, 0))
  const attained = (limit: number) => Math.max(0, ...tails.filter((tail) => tail <= limit))
  const count = 4_000
  const outcomes = steps.flatMap((chance, k) =>
    Array.from({ length: count }, (_, i) => ({
      chance: chance / count,
      p: weightedP([
        { p: (i + 1) / count, share: 0.8 },
        { p: tails[k] as number, share: 0.2, attained },
      ]),
    })),
  )
  for (const level of [0.001, 0.01, 0.05, 0.1, 0.2]) {
    const rejected = outcomes.reduce((sum, { p, chance }) => sum + (p <= level ? chance : 0), 0)
    assert.ok(rejected <= level + 1e-12, `${rejected} at ${level}`)
    // What the second test cannot reach is not lost: by plain shares it would be 0.8 x level and its own step.
    assert.ok(rejected >= 0.85 * level, `${rejected} at ${level}`)
  }
})
