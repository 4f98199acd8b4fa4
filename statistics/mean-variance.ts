import { total } from './total.ts'

export const mean = (values: ArrayLike<number>): number => total(values) / values.length

/** Variance of a sample, divided by n - 1; 0 for a single value. */
export function variance(values: ArrayLike<number>): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - centre) ** 2
  return sum / (values.length - 1)
}
