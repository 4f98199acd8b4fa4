import { biasedMmd2, energy2, gaussianKernel, unbiasedMmd2 } from '../../../statistics/mmd.ts'
import {
  medianOfPairs,
  pairDistances,
  pairSums,
  pairTotals,
} from '../../../statistics/pair-matrix.ts'
import { orders, permutationPs } from '../../../statistics/permutation.ts'
import { mulberry32 } from '../../support/mulberry32.ts'
import { defineAdapter } from '../adapter.ts'

interface Input {
  readonly x_cols: readonly ArrayLike<number>[]
  readonly y_cols: readonly ArrayLike<number>[]
  readonly perm_seed: number
  readonly perms: number
}

const rowsOf = (columns: readonly ArrayLike<number>[]) =>
  Array.from({ length: columns[0]!.length }, (_, row) => columns.map((column) => column[row]!))

/** Maximum mean discrepancy and energy of rows, with permutations drawn as the golden numbers were. */
export const mmd = defineAdapter<Input>({
  compute({ x_cols, y_cols, perm_seed, perms }) {
    const [x, y] = [rowsOf(x_cols), rowsOf(y_cols)]
    const [n, m] = [x.length, y.length]
    const distances = pairDistances([...x, ...y].flat(), x_cols.length)
    const sigma = medianOfPairs(distances)
    const kernel = gaussianKernel(distances, sigma)
    const totals = { kernel: pairTotals(kernel), distances: pairTotals(distances) }
    const statistics = (first: ArrayLike<number>): [number, number, number] => {
      const kernels = pairSums(kernel, totals.kernel, first)
      return [
        unbiasedMmd2(kernels, n, m),
        biasedMmd2(kernels, n, m),
        energy2(pairSums(distances, totals.distances, first), n, m),
      ]
    }
    const observed = statistics([...x.keys()])
    const draw = orders(n + m, mulberry32(perm_seed))
    const p = permutationPs(observed, () => statistics(draw().subarray(0, n)), perms)
    return {
      sigma_median: sigma,
      mmd2_unbiased: observed[0],
      mmd2_biased: observed[1],
      energy2: observed[2],
      p_perm_mmd2_unbiased: p[0],
      p_perm_mmd2_biased: p[1],
      p_perm_energy2: p[2],
    }
  },
  within: (path) => (path.startsWith('p_') ? { relative: 0, absolute: 0 } : undefined),
})
