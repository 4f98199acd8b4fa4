import {
  cramerVonMisesExactP,
  cramerVonMisesMidrank,
} from '../../../statistics/cramer-von-mises.ts'
import { orderedCells } from '../../../statistics/ordered-cells.ts'
import { defineAdapter } from '../adapter.ts'

interface Samples {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

/** Cramér-von Mises of two samples with midranks; an exact p-value up to 20 rows a side. */
export const cvm = defineAdapter<Samples>({
  compute: ({ x, y }) => {
    const { reference, current } = orderedCells(x, y)
    const { statistic, sum, p } = cramerVonMisesMidrank(reference, current)
    const isSmall = Math.max(x.length, y.length) <= 20
    return {
      T: statistic,
      p_asymptotic: p,
      ...(isSmall && { p_exact: cramerVonMisesExactP(sum, x.length, y.length) }),
    }
  },
  // scipy cuts the series of the limit law.
  within: (path) => (path === 'p_asymptotic' ? { absolute: 1e-7 } : undefined),
})
