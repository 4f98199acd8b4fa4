import { total } from './total.ts'

/** Two samples as counts over the same cells, each cell holding one value; values ascend. */
export interface ValueCells {
  readonly values: ArrayLike<number>
  readonly reference: ArrayLike<number>
  readonly current: ArrayLike<number>
}

/** Σ of term(|F - G|) over the line, each gap between neighbouring values weighed by its width. */
function integrate({ values, reference, current }: ValueCells, term: (gap: number) => number) {
  const [n, m] = [total(reference), total(current)]
  if (n === 0 || m === 0) throw new RangeError('a side without any value has no distance')
  let [left, right, sum] = [0, 0, 0]
  for (let i = 0; i + 1 < values.length; i++) {
    left += reference[i] as number
    right += current[i] as number
    const width = (values[i + 1] as number) - (values[i] as number)
    sum += term(Math.abs(left / n - right / m)) * width
  }
  return sum
}

/** First Wasserstein distance ∫ |F - G|, in the unit of the values: how far rows moved on average (Vallender 1974). */
export const wasserstein1 = (cells: ValueCells): number => integrate(cells, (gap) => gap)

/** Energy distance sqrt(2 ∫ (F - G)²), in the square root of the unit (Székely 2003). */
export const energyDistance = (cells: ValueCells): number =>
  Math.sqrt(2 * integrate(cells, (gap) => gap * gap))
