import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logHypergeometric } from '../../statistics/hypergeometric.ts'
import { mannWhitney, mannWhitneyP } from '../../statistics/mann-whitney.ts'
import { mannWhitneyCellsP } from '../../statistics/mann-whitney-cells.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const compared = (reference: readonly number[], current: readonly number[]) => {
  const ranks = mannWhitney(reference, current)
  return { limit: mannWhitneyP(ranks), p: mannWhitneyCellsP(ranks, reference, current) }
}

test('of values that are nearly all 0 it lies between the exact chances of more, and of as many', () => {
  for (const hits of [20, 26, 32]) {
    const [n, m, all] = [100_000, 1_000, 1_010]
    const { limit, p } = compared([n - (all - hits), all - hits], [m - hits, hits])
    const chance = (k: number) => Math.exp(logHypergeometric(k, { n: m, m: n, hits: all }))
    let more = 0
    for (let k = hits + 1; k < hits + 60; k++) more += chance(k)
    assert.ok(p > 0.95 * more && p < 1.3 * (more + chance(hits)), `${hits}: ${p}, more ${more}`)
    assert.ok(limit < more, `the limit is not too small here: ${limit}`)
  }
})

test('of values without ties it is the normal limit', () => {
  const next = mulberry32(4)
  const reference = Array.from({ length: 400 }, () => (next() < 0.6 ? 1 : 0))
  const current = reference.map((count) => 1 - count)
  const moved = [...current.slice(100), ...current.slice(0, 100)]
  for (const other of [current, moved]) {
    const { limit, p } = compared(reference, other)
    assert.ok(Math.abs(p / limit - 1) < 0.2, `${p} and ${limit}`)
  }
})

test('falls as the window moves on, and stays above 0', () => {
  let last = 1
  for (let hits = 15; hits <= 1_000; hits += 35) {
    const { p } = compared([99_000, 1_000], [1_000 - hits, hits])
    assert.ok(p > 0 && p <= last, `${hits}: ${p} after ${last}`)
    last = p
  }
})
