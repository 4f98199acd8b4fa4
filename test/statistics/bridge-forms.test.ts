import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { andersonDarlingWeighting } from '../../statistics/anderson-darling.ts'
import {
  type BridgeForm,
  type BridgeWeighting,
  bridgeLaw,
  meanOfForm,
  sharesOf,
} from '../../statistics/bridge-forms.ts'
import { cramerVonMisesWeighting } from '../../statistics/cramer-von-mises.ts'
import { pencilSf } from '../../statistics/pencil-law.ts'
import { seededRandom } from '../../statistics/seeded-random.ts'
import { symmetricEigen } from '../../statistics/symmetric-eigen.ts'
import { weightedChiSquareSf } from '../../statistics/weighted-chi-squares.ts'

const forms: readonly [string, BridgeWeighting][] = [
  ['Anderson and Darling', andersonDarlingWeighting],
  ['Cramer and von Mises', cramerVonMisesWeighting],
]
/** How many standard steps of the largest weight beyond the mean: p from a few percent to 1e-12. */
const beyond = [0, 1, 3, 7, 14, 25]

/** Eigenvalues of form x covariance of the bridge, by the full matrices: of Lᵀ A L with L Lᵀ the covariance. */
function weightsOf({ diagonal, beside }: BridgeForm, shares: Float64Array): number[] {
  const size = diagonal.length
  const ends = Array.from({ length: size }, (_, i) =>
    shares.slice(0, i + 1).reduce((sum, share) => sum + share, 0),
  )
  const lower = Array.from({ length: size }, () => Array<number>(size).fill(0))
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let left = ends[j]! * (1 - ends[i]!)
      for (let k = 0; k < j; k++) left -= lower[i]![k]! * lower[j]![k]!
      lower[i]![j] = i === j ? Math.sqrt(left) : left / lower[j]![j]!
    }
  }
  const entry = (i: number, j: number) =>
    i === j ? diagonal[i]! : Math.abs(i - j) === 1 ? (beside[Math.min(i, j)] ?? 0) : 0
  const product = Array.from({ length: size }, (_, a) =>
    Array.from({ length: size }, (_, b) => {
      let sum = 0
      for (let i = a; i < size; i++) {
        for (let j = Math.max(b, i - 1); j <= Math.min(size - 1, i + 1); j++) {
          sum += lower[i]![a]! * entry(i, j) * lower[j]![b]!
        }
      }
      return sum
    }),
  )
  return symmetricEigen(product).values.sort((left, right) => right - left)
}

describe('the law of a form over cells', () => {
  const next = seededRandom(7)
  const random = (cells: number) => Float64Array.from({ length: cells }, () => 0.2 + 5 * next())

  test('is the weighted sum of chi-squares of its eigenvalues, found by full matrices', () => {
    for (const [name, weighting] of forms) {
      for (const cells of [2, 3, 7, 30]) {
        const shares = sharesOf(random(cells), 0)
        const form = weighting.form(shares)
        const weights = weightsOf(form, shares)
        const mean = meanOfForm(form, shares)
        assert.ok(Math.abs(weights.reduce((sum, one) => sum + one, 0) / mean - 1) < 1e-12)
        for (const degrees of [1, 3]) {
          for (const steps of beyond) {
            const x = degrees * mean + 2 * weights[0]! * steps
            const p = pencilSf(x, form, shares, degrees)
            const expected = weightedChiSquareSf(x, { weights, degrees, rest: [0, 0, 0] })
            assert.ok(Math.abs(p / expected - 1) < 1e-8, `${name}, ${cells} cells, ${x}: ${p}`)
          }
        }
      }
    }
  })

  test('over many small cells is told from infinitely many, within a percent far out', () => {
    const fine: Record<string, Float64Array> = {
      'equal ones': new Float64Array(100).fill(1),
      'one to seven': Float64Array.from({ length: 120 }, (_, i) => 1 + ((i * 5) % 7)),
      'coarse in the middle': Float64Array.from({ length: 276 }, (_, i) =>
        i >= 128 && i < 148 ? 5 : 1,
      ),
      'coarse at the ends': Float64Array.from({ length: 276 }, (_, i) =>
        i < 10 || i >= 266 ? 4 : 1,
      ),
      random: random(300),
    }
    for (const [name, weighting] of forms) {
      for (const [kind, cells] of Object.entries(fine)) {
        const shares = sharesOf(cells, 0)
        const form = weighting.form(shares)
        for (const degrees of [1, 2]) {
          const { sf, mean } = bridgeLaw(cells, weighting, degrees)
          for (const steps of beyond) {
            const x = mean + 2 * weighting.continuous.weights[0]! * steps
            const ratio = sf(x) / pencilSf(x, form, shares, degrees)
            assert.ok(Math.abs(ratio - 1) < 0.01, `${name}, ${kind}, ${degrees}, ${x}: ${ratio}`)
          }
        }
      }
    }
  })

  test('over cells of which one is large errs to the larger side, by little', () => {
    for (const [name, weighting] of forms) {
      const cells = Float64Array.from({ length: 200 }, (_, i) => (i === 60 ? 80 : 1))
      const shares = sharesOf(cells, 0)
      const form = weighting.form(shares)
      const { sf, mean } = bridgeLaw(cells, weighting)
      for (const steps of [1, 3, 7]) {
        const x = mean + 2 * weighting.continuous.weights[0]! * steps
        const ratio = sf(x) / pencilSf(x, form, shares, 1)
        assert.ok(ratio > 0.9999 && ratio < 1.04, `${name}, ${x}: ${ratio}`)
      }
    }
  })
})
