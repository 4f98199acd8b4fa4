import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupPathSf } from '../../statistics/group-paths.ts'
import { latticePathSf } from '../../statistics/lattice-paths.ts'
import { mulberry32 } from '../support/mulberry32.ts'

test('a group at a time gives the share of lattice paths that a row at a time gives, down to 1e-300', () => {
  const next = mulberry32(1)
  for (const [n, m] of [
    [5, 7],
    [30, 2],
    [100, 100],
    [500, 40],
    [40, 500],
    [2_000, 120],
  ] as const) {
    for (const count of [1, 2, 3, 8, 24]) {
      const groups = groupsOf(n + m, count, next)
      for (const distance of [0, 0.01, 0.05, 0.2, 0.5, 0.9, 1]) {
        const gap = Math.round(distance * n * m)
        const expected = latticePathSf(gap, n, m, groups)
        if (expected > 0 && expected < 1e-300) continue
        const found = groupPathSf(gap, n, m, groups)
        assert.ok(
          Math.abs(found - expected) <= 1e-11 * expected,
          `${n} ${m} ${groups} ${distance}: ${found} for ${expected}`,
        )
      }
    }
  }
})

/** Groups of very different sizes, some of them empty. */
function groupsOf(rows: number, count: number, next: () => number): number[] {
  const ends = Array.from({ length: count - 1 }, () => Math.floor(next() ** 2 * rows))
  const cuts = [0, ...ends.sort((a, b) => a - b), rows]
  return cuts.slice(1).map((end, i) => end - (cuts[i] as number))
}
