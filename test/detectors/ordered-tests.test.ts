import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWith, detectors, sidesOfValues } from '../../detectors/index.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

type Law = (next: () => number) => number
const laws: Record<string, Law> = {
  continuous: (next) => normal(next),
  'heavy tails': (next) => 1 / Math.sqrt(1 - next()),
  'forty values': (next) => Math.floor(next() * 40),
}
const runs = 1_000

/** Counts of p-values at most `level` that a valid test exceeds with a probability below 1e-4. */
const most = (level: number) => runs * level + 3.9 * Math.sqrt(runs * level * (1 - level)) + 1

for (const name of [
  'ks',
  'kuiper',
  'cramer-von-mises',
  'anderson-darling',
  'combined',
  'mann-whitney',
] as const) {
  for (const [law, draw] of Object.entries(laws)) {
    test(`${name} keeps its level without a change: ${law}, 120 and 80 rows`, () => {
      const next = mulberry32(5)
      const sample = (n: number) => Float64Array.from({ length: n }, () => draw(next))
      const ps = Array.from({ length: runs }, () => {
        const { pValue } = compareWith(detectors[name], sidesOfValues('x', sample(120), sample(80)))
        return pValue ?? 1
      })
      for (const level of [0.05, 0.01]) {
        const rejected = ps.filter((p) => p <= level).length
        assert.ok(rejected <= most(level), `${rejected} at ${level}`)
      }
      // Not bought with blindness.
      assert.ok(ps.filter((p) => p <= 0.05).length >= 20)
    })
  }
}

test('a wider spread is seen earlier by Anderson-Darling and Kuiper than by Kolmogorov-Smirnov', () => {
  const next = mulberry32(9)
  const sample = (sd: number) => Float64Array.from({ length: 400 }, () => normal(next, 0, sd))
  const sides = sidesOfValues('x', sample(1), sample(1.35))
  const p = (name: keyof typeof detectors) => compareWith(detectors[name], sides).pValue ?? 1
  assert.ok(p('anderson-darling') < p('ks') && p('kuiper') < p('ks'))
})

test('far out the p-values stay positive and fall', () => {
  const next = mulberry32(11)
  const sample = (shift: number) => Float64Array.from({ length: 2_000 }, () => normal(next, shift))
  for (const name of ['kuiper', 'cramer-von-mises', 'anderson-darling'] as const) {
    const [near, far] = [0.5, 1].map((shift) => {
      return compareWith(detectors[name], sidesOfValues('x', sample(0), sample(shift))).pValue!
    }) as [number, number]
    assert.ok(far > 0 && far < near && near < 1e-20, `${name}: ${near}, ${far}`)
  }
})

test('the interval of the Mann-Whitney effect holds the true one, shifted and tied', () => {
  const next = mulberry32(13)
  // P(N(0.5, 1) > N(0, 1)) - 1/2 = Φ(0.5 / sqrt 2) - 1/2.
  const truth = 0.13816
  let held = 0
  for (let run = 0; run < 400; run++) {
    const sample = (n: number, mean: number) =>
      Float64Array.from({ length: n }, () => normal(next, mean))
    const sides = sidesOfValues('x', sample(150, 0), sample(100, 0.5))
    const { effectInterval } = compareWith(detectors['mann-whitney'], sides)
    if (effectInterval[0] <= truth && truth <= effectInterval[1]) held++
  }
  // 95 % of 400 are 380; four standard errors below.
  assert.ok(held >= 362, String(held))
})
