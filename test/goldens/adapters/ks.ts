import {
  kolmogorovSmirnov,
  kolmogorovSmirnovExactP,
  kolmogorovSmirnovFiniteP,
  kolmogorovSmirnovP,
} from '../../../statistics/kolmogorov-smirnov.ts'
import { orderedCells } from '../../../statistics/ordered-cells.ts'
import { defineAdapter } from '../adapter.ts'

interface Samples {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

/** Kolmogorov-Smirnov of two samples; the exact p-value ignores ties, as scipy's does. */
export const ks = defineAdapter<Samples>({
  compute: ({ x, y }) => {
    const { values, reference, current } = orderedCells(x, y)
    const { distance, cell, sign, n, m } = kolmogorovSmirnov(reference, current)
    const exact = kolmogorovSmirnovExactP(distance, n, m)
    return {
      D: distance,
      location: values[cell],
      sign,
      p_asymp_scipy: kolmogorovSmirnovFiniteP(distance, n, m),
      p_kolmogorov_limit: kolmogorovSmirnovP(distance, n, m),
      p_exact: exact,
      p_exact_rational: exact,
    }
  },
  within: (path) => (path.startsWith('p_') ? { absolute: 0 } : undefined),
  // The maximum may be reached at several places: any of them will do.
  accepts: (path, actual, _, { x, y }) => {
    if (path !== 'location') return undefined
    const above = (values: ArrayLike<number>) =>
      Array.from(values).filter((value) => value <= (actual as number)).length / values.length
    const { reference, current } = orderedCells(x, y)
    const { distance } = kolmogorovSmirnov(reference, current)
    return Math.abs(Math.abs(above(x) - above(y)) - distance) < 1e-12
  },
})
