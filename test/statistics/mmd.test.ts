import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approximateMmd } from '../../statistics/approximate-mmd.ts'
import {
  biasedMmd2,
  energy2,
  gaussianKernel,
  unbiasedEnergy2,
  unbiasedMmd2,
} from '../../statistics/mmd.ts'
import {
  medianOfPairs,
  mostPoints,
  pairDistances,
  pairSums,
  pairTotals,
} from '../../statistics/pair-matrix.ts'
import { mulberry32, normal, shuffle } from '../support/mulberry32.ts'

const next = mulberry32(11)
const [n, m, width] = [7, 5, 3]
const points = Float64Array.from({ length: (n + m) * width }, () => normal(next))
const distance = (i: number, j: number) =>
  Math.hypot(
    ...Array.from({ length: width }, (_, k) => points[i * width + k]! - points[j * width + k]!),
  )
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`)

/** Mean of h over all pairs of two lists, pairs of a point with itself only where `self` says so. */
function meanOver(
  left: readonly number[],
  right: readonly number[],
  h: (i: number, j: number) => number,
  self: boolean,
): number {
  const pairs = left.flatMap((i) => right.filter((j) => self || i !== j).map((j) => h(i, j)))
  return pairs.reduce((sum, value) => sum + value, 0) / pairs.length
}

test('the four statistics equal their definitions, written out over all pairs', () => {
  const distances = pairDistances(points, width)
  const order = shuffle([...Array(n + m).keys()], mulberry32(12))
  const [x, y] = [order.slice(0, n), order.slice(n)]
  const sigma = medianOfPairs(distances)
  const kernel = gaussianKernel(distances, sigma)
  const k = (i: number, j: number) => Math.exp(-(distance(i, j) ** 2) / (2 * sigma ** 2))
  const kernels = pairSums(kernel, pairTotals(kernel), x)
  const lengths = pairSums(distances, pairTotals(distances), x)
  const both = (h: typeof k, self: boolean) =>
    meanOver(x, x, h, self) + meanOver(y, y, h, self) - 2 * meanOver(x, y, h, true)
  near(unbiasedMmd2(kernels, n, m), both(k, false))
  near(biasedMmd2(kernels, n, m), both(k, true))
  near(energy2(lengths, n, m), -both(distance, true))
  near(unbiasedEnergy2(lengths, n, m), -both(distance, false))
})

test('the median of an even number of pairs lies between the two middle ones', () => {
  // Distances 1, 2, 3, 4, 6, 7 on a line.
  assert.equal(medianOfPairs(pairDistances([0, 1, 4, 7 - 1e-300], 1)), 3.5)
  assert.throws(() => medianOfPairs(pairDistances([0], 1)), RangeError)
})

test('equal points have kernel value 1, also where every distance is 0', () => {
  const kernel = gaussianKernel(pairDistances([2, 2, 2], 1), 0)
  assert.deepEqual([...kernel.values], [1, 1, 1])
})

test('more points than a hundred megabytes hold are refused', () => {
  assert.throws(() => pairDistances(new Float64Array(mostPoints + 1), 1), RangeError)
  assert.throws(() => pairDistances(new Float64Array(5), 2), RangeError)
})

/** n rows of `columns` normal numbers; the first column moved by `shift`. */
const cloud = (rows: number, columns: number, draw: () => number, shift = 0) =>
  Float64Array.from({ length: rows * columns }, (_, i) =>
    normal(draw, i % columns === 0 ? shift : 0),
  )

const together = (left: Float64Array, right: Float64Array) => Float64Array.from([...left, ...right])

test('the approximation lies within its stated error of the exact value', () => {
  const draw = mulberry32(13)
  const all = together(cloud(150, 3, draw), cloud(150, 3, draw, 0.8))
  const distances = pairDistances(all, 3)
  const sums = (sigma: number) => {
    const kernel = gaussianKernel(distances, sigma)
    return pairSums(kernel, pairTotals(kernel), [...Array(150).keys()])
  }
  const misses = Array.from({ length: 20 }, (_, seed) => {
    const { mmd2, frequencyError, sigma } = approximateMmd(all, 3, 150, mulberry32(seed), {
      most: 400,
    })
    return (mmd2 - unbiasedMmd2(sums(sigma), 150, 150)) / frequencyError
  })
  assert.ok(Math.max(...misses.map(Math.abs)) < 4, String(misses))
  const square = misses.reduce((sum, miss) => sum + miss * miss, 0) / misses.length
  // Chi-square of 20 degrees over 20: its 0.1 % quantiles.
  assert.ok(square > 0.29 && square < 2.27, String(square))
})

test('the approximation has valid p-values and finds a shift among many rows', () => {
  const draw = mulberry32(14)
  const runs = 100
  const low = Array.from({ length: runs }, () => {
    const all = together(cloud(200, 2, draw), cloud(120, 2, draw))
    return approximateMmd(all, 2, 200, draw, { frequencies: 16, most: 400 }).p.p
  }).filter((p) => p <= 0.1).length
  assert.ok(low >= 3 && low <= 19, `${low} of ${runs} below 10 %`)
  const all = together(cloud(4_000, 5, draw), cloud(4_000, 5, draw, 0.25))
  assert.ok(approximateMmd(all, 5, 4_000, draw).p.p < 1e-4)
})
