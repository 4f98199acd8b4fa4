import { total } from './total.ts'

/**
 * Neighbouring cells joined until each is expected to hold at least `least` rows on the smaller side under the
 * pooled counts. Only totals decide, never how they split, so that pooling does not bias a test.
 */
export function poolCells(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  least = 5,
): { reference: number[]; current: number[] } {
  const [n, m] = [total(reference), total(current)]
  const share = Math.min(n, m) / (n + m)
  const pooled = { reference: [] as number[], current: [] as number[] }
  let a = 0
  let b = 0
  for (let i = 0; i < reference.length; i++) {
    a += reference[i] as number
    b += current[i] as number
    if ((a + b) * share < least) continue
    pooled.reference.push(a)
    pooled.current.push(b)
    a = b = 0
  }
  const last = pooled.reference.length - 1
  if (a + b > 0 && last >= 0) {
    pooled.reference[last] = (pooled.reference[last] as number) + a
    pooled.current[last] = (pooled.current[last] as number) + b
  }
  return pooled
}
