/**
 * P(some category with at least `largest` rows lies wholly in the window) when the rows of both sides are shuffled:
 * each one of `totals` (rows on both sides) does with the chance C(m, total) / C(n + m, total), and Bonferroni's
 * inequality adds them up. It holds for any number of categories and any law of theirs, open vocabularies included:
 * what was new is judged by how many rows it has, never for being new.
 */
export function newCategoryP(
  largest: number,
  totals: Iterable<number>,
  n: number,
  m: number,
): number {
  if (!(largest >= 1)) return 1
  let sum = 0
  for (const total of totals) if (total >= largest) sum += whollyInWindow(total, n, m)
  return Math.min(1, sum)
}

function whollyInWindow(total: number, n: number, m: number): number {
  if (total > m) return 0
  let chance = 1
  for (let i = 0; i < total && chance > 0; i++) chance *= (m - i) / (n + m - i)
  return chance
}
