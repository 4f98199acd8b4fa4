import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellOf } from '../../profiles/index.ts'
import { chiSquareTest, cramersV } from '../../statistics/contingency.ts'
import {
  jensenShannonBits,
  stabilityIndex,
  totalVariation,
} from '../../statistics/histogram-distances.ts'
import { kolmogorovSmirnov, kolmogorovSmirnovP } from '../../statistics/kolmogorov-smirnov.ts'
import { close, goldenCases, goldenSeries, type SeriesSpec } from '../support/golden-series.ts'

/** Libraries and their versions stand in `made_with` of each file. */
type Numbers = Record<string, number>
type TwoSeries = { x: SeriesSpec; y: SeriesSpec }

for (const { id, input, input_check, expected } of goldenCases<TwoSeries, Numbers>('ks')) {
  test(`${id} agrees with scipy, from one cell per distinct value`, () => {
    const x = goldenSeries(input.x, input_check['x'])
    const y = goldenSeries(input.y, input_check['y'])
    const points = Float64Array.from(new Set([...x, ...y])).sort()
    const { distance, n, m, cell } = kolmogorovSmirnov(countsAt(points, x), countsAt(points, y))
    close(distance, expected['D']!)
    close(kolmogorovSmirnovP(distance, n, m), expected['p_kolmogorov_limit']!)
    if (distance > 0) {
      const share = (list: number[]) => list.filter((v) => v <= points[cell]!).length / list.length
      close(Math.abs(share(x) - share(y)), expected['D']!)
    }
  })
}

type Tables = { pearson: Numbers; cramers_v: number; cramers_v_bias_corrected: number }

for (const { id, input, expected } of goldenCases<{ table: number[][] }, Tables>('chi2')) {
  test(`${id} agrees with scipy`, () => {
    const { statistic, degrees, p, n } = chiSquareTest(input.table)
    close(statistic, expected.pearson['stat']!)
    assert.equal(degrees, expected.pearson['dof'])
    close(p, expected.pearson['p']!)
    const v = cramersV(statistic, n, input.table.length, input.table[0]!.length)
    close(v.plain, expected.cramers_v)
    close(v.corrected, expected.cramers_v_bias_corrected)
  })
}

for (const { id, input, expected } of goldenCases<{ ref: number[]; cur: number[] }, Numbers>(
  'histograms',
)) {
  test(`${id} agrees with the published formulas`, () =>
    sameDistances(input.ref, input.cur, expected))
}

type Binned = Numbers & { edges: number[]; ref_counts: number[]; cur_counts: number[] }

for (const { id, input, input_check, expected } of goldenCases<TwoSeries, Binned>('binned')) {
  test(`${id} falls into the same cells and gives the same distances`, () => {
    const edges = Float64Array.from(expected.edges)
    const count = (values: number[]) => {
      const cells = Array<number>(edges.length + 1).fill(0)
      for (const value of values) cells[cellOf(edges, value)]! += 1
      return cells
    }
    const reference = count(goldenSeries(input.x, input_check['x']))
    const current = count(goldenSeries(input.y, input_check['y']))
    assert.deepEqual(reference, expected.ref_counts)
    assert.deepEqual(current, expected.cur_counts)
    sameDistances(reference, current, expected)
  })
}

function sameDistances(reference: number[], current: number[], expected: Numbers): void {
  const bits = jensenShannonBits(reference, current)
  // Divergences of nearly equal histograms are differences of nearly equal numbers: absolute 1e-12 there.
  if (expected['jsd_bits']! > 1e-3) close(bits, expected['jsd_bits']!)
  else assert.ok(Math.abs(bits - expected['jsd_bits']!) < 1e-12)
  assert.ok(Math.abs(totalVariation(reference, current) - expected['total_variation']!) < 1e-12)
  // The golden index fills empty cells with a fixed share, ours with half a row: the same where none is empty.
  if ([...reference, ...current].every((n) => n > 0)) {
    assert.ok(Math.abs(stabilityIndex(reference, current) - expected['psi_eps']!) < 1e-12)
  }
}

function countsAt(points: Float64Array, values: readonly number[]): Float64Array {
  const counts = new Float64Array(points.length + 1)
  for (const value of values) counts[cellOf(points, value) - 1]! += 1
  return counts
}
