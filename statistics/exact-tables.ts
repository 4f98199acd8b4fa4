import type { BridgeWeighting } from './bridge-forms.ts'
import { logChoose } from './log-factorial.ts'

const mostTables = 20_000

/**
 * P(the form >= observed) over all 2 x k tables with the given totals, exact; null where there are more than 20,000
 * of them. Few groups need it: the statistic then takes few values, far apart. The bridge of a table is (i N - k n) /
 * sqrt(n m N) with i of the first k rows in the reference, N = n + m.
 */
export function exactTablesP(
  observed: number,
  weighting: BridgeWeighting,
  groups: ArrayLike<number>,
  n: number,
  m: number,
): number | null {
  if (tablesAtMost(groups, n, m) > mostTables) return null
  const sizes = Array.from(groups).filter((size) => size > 0)
  if (sizes.length < 2) return null
  const rows = n + m
  const { diagonal, beside } = weighting.form(Float64Array.from(sizes, (size) => size / rows))
  const scale = 1 / Math.sqrt(n * m * rows)
  // The same statistic computed in another order differs in the last digits only.
  const least = observed * (1 - 1e-9) - 1e-12
  let p = 0
  const walk = (
    cell: number,
    seen: number,
    passed: number,
    last: number,
    form: number,
    log: number,
  ) => {
    if (cell === sizes.length - 1) {
      if (form >= least) p += Math.exp(log)
      return
    }
    const size = sizes[cell] as number
    const left = rows - passed
    const most = Math.min(size, n - seen)
    for (let i = Math.max(0, n - seen - (left - size)); i <= most; i++) {
      const at = ((seen + i) * rows - (passed + size) * n) * scale
      const added =
        (diagonal[cell] as number) * at * at +
        (cell > 0 ? 2 * (beside[cell - 1] ?? 0) * last * at : 0)
      const chance = log + logChoose(size, i)
      walk(
        cell + 1,
        seen + i,
        passed + size,
        at,
        form + added,
        chance + (cell === sizes.length - 2 ? logChoose(left - size, n - seen - i) : 0),
      )
    }
  }
  walk(0, 0, 0, 0, 0, -logChoose(rows, n))
  return Math.min(1, p)
}

/** An upper bound of their number, where it is not far too large: the largest group is what the others leave. */
function tablesAtMost(groups: ArrayLike<number>, n: number, m: number): number {
  const most = Math.min(n, m)
  let [product, widest] = [1, 1]
  for (let i = 0; i < groups.length && product / widest <= mostTables; i++) {
    const range = Math.min(groups[i] as number, most) + 1
    if (range > widest) widest = range
    product *= range
  }
  return product / widest
}
