import { total } from './total.ts'
import type { ValueCells } from './transport.ts'

/** What the tails of a two-sample difference of means owe to the rows' skewness and to single far values. */
export interface DifferenceShape {
  /** Third cumulant of the difference over its standard deviation cubed, rows of both sides taken together; its size. */
  readonly skewness: number
  /** Fourth central moment of the rows over their squared variance and the smaller side's rows. */
  readonly farValues: number
}

/** Moments of all rows about their mean, from cells in order; 0 where all values are one. */
export function differenceShape({ values, reference, current }: ValueCells): DifferenceShape {
  const [n, m] = [total(reference), total(current)]
  const unit =
    Math.max(Math.abs(values[0] as number), Math.abs(values[values.length - 1] as number)) || 1
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    sum += ((reference[i] as number) + (current[i] as number)) * ((values[i] as number) / unit)
  }
  const mean = sum / (n + m)
  let largest = 0
  for (let i = 0; i < values.length; i++) {
    largest = Math.max(largest, Math.abs((values[i] as number) / unit - mean))
  }
  if (largest === 0) return { skewness: 0, farValues: 0 }
  const moments = [0, 0, 0]
  for (let i = 0; i < values.length; i++) {
    const count = ((reference[i] as number) + (current[i] as number)) / (n + m)
    const z = ((values[i] as number) / unit - mean) / largest
    for (const power of [2, 3, 4]) moments[power - 2]! += count * z ** power
  }
  const [second, third, fourth] = moments as [number, number, number]
  const skewness = Math.abs(third / second ** 1.5)
  return {
    skewness: (skewness * Math.abs(1 / m ** 2 - 1 / n ** 2)) / (1 / n + 1 / m) ** 1.5,
    farValues: fourth / second ** 2 / Math.min(n, m),
  }
}
