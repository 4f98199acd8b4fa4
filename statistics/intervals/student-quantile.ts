import { studentSf } from '../beta.ts'
import { normalQuantile } from '../special.ts'

/** t with P(T >= t) = `tail` of Student's law, 0 < tail < 0.5, by halving; relative error below 1e-9. */
export function studentQuantile(tail: number, degrees: number): number {
  let low = -normalQuantile(tail)
  let high = 2 * low
  while (studentSf(high, degrees) > tail) high *= 2
  for (let i = 0; i < 60 && high - low > 1e-9 * high; i++) {
    const middle = (low + high) / 2
    if (studentSf(middle, degrees) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}
