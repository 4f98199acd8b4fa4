import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unbiasedEnergy2 } from '../../statistics/mmd.ts'
import { pairDistances, pairSums, pairTotals } from '../../statistics/pair-matrix.ts'
import { linearVariance, meanBetween } from '../../statistics/pair-spread.ts'
import { mulberry32, normal } from '../support/mulberry32.ts'

const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + (value - average(values)) ** 2, 0) / (values.length - 1)

test('the mean between the sides is that of counting every pair', () => {
  const [x, y] = [
    [0, 1, 5],
    [2, 9],
  ]
  const expected = (2 + 9 + 1 + 8 + 3 + 4) / 6
  const found = meanBetween(pairDistances([...(x as number[]), ...(y as number[])], 1), 3)
  assert.ok(Math.abs(found - expected) < 1e-12, `${found}`)
})

test('the variance is what each point adds, counted pair by pair', () => {
  const next = mulberry32(5)
  const x = Array.from({ length: 9 }, () => next())
  const y = Array.from({ length: 14 }, () => 2 * next())
  const toOwn = (own: number[], i: number) =>
    average(own.filter((_, j) => j !== i).map((other) => Math.abs(other - (own[i] as number))))
  const toOther = (one: number, others: number[]) =>
    average(others.map((other) => Math.abs(other - one)))
  const ofX = x.map((one, i) => 2 * (toOther(one, y) - toOwn(x, i)))
  const ofY = y.map((one, i) => 2 * (toOther(one, x) - toOwn(y, i)))
  const expected = spread(ofX) / 9 + spread(ofY) / 14
  const found = linearVariance(pairDistances([...x, ...y], 1), 9)
  assert.ok(Math.abs(found - expected) < 1e-12, `${found}, expected ${expected}`)
})

test('after a change it is the variance of the statistic over fresh samples', () => {
  const next = mulberry32(8)
  const [n, m] = [60, 40]
  const found = Array.from({ length: 1_000 }, () => {
    const points = Array.from({ length: n + m }, (_, i) => normal(next, i < n ? 0 : 2))
    const matrix = pairDistances(points, 1)
    const first = Uint32Array.from({ length: n }, (_, i) => i)
    return {
      value: unbiasedEnergy2(pairSums(matrix, pairTotals(matrix), first), n, m),
      variance: linearVariance(matrix, n),
    }
  })
  const ratio =
    average(found.map(({ variance }) => variance)) / spread(found.map(({ value }) => value))
  assert.ok(ratio > 0.8 && ratio < 1.25, `${ratio}`)
})
