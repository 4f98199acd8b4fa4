import { reaches } from './cell-tables.ts'
import { drawCount } from './count-draws.ts'
import { seededRandom, seedOf } from './seeded-random.ts'
import { total } from './total.ts'
import type { ValueCells } from './transport.ts'

/** A p-value of draws, its relative standard error, and how many there were. */
export interface ShuffledP {
  readonly p: number
  readonly relativeError: number
  readonly draws: number
}

/** Groups of neighbouring cells of about the same mass, and outermost cells on each side that stay as they are. */
const [mostGroups, outermost] = [64, 16]

/** Draws end where so many have reached the observed distance, and at the latest after so many. */
const [enough, most] = [100, 1_000]

/**
 * P(∫ |F - G|^power >= the one at hand) with the rows of both sides shuffled: each draw deals the rows of every cell to
 * the sides (hypergeometric), positions stay where they are. Draws end when 100 of them have reached the observed
 * distance (p = 100 / draws, Besag and Clifford, Biometrika 78, 1991) or after 1,000, where p = (1 + reached) / 1,001: in
 * both cases p is valid whatever the law of the values, and never below 1 / 1,001. No limit law is trusted: one far row
 * may make most of the distance.
 *
 * More than some 96 cells are joined with their neighbours before either side is looked at, by pooled counts, the 16
 * outermost on each side left alone; then p is that of the distance over joined cells. The seed follows from the
 * counts: the same cells give the same p.
 */
export function shuffledTransportP(cells: ValueCells, power: 1 | 2): ShuffledP {
  const { rows, current, widths } = grouped(cells)
  const [all, m] = [total(rows), total(current)]
  const n = all - m
  const distance = (countAt: (group: number, rest: number, left: number) => number) => {
    let [rest, left, passed, sum] = [all, m, 0, 0]
    for (let i = 0; i < widths.length; i++) {
      const size = rows[i] as number
      rest -= size
      left -= countAt(i, rest, left)
      passed += size
      const now = m - left
      const gap = Math.abs((passed - now) / n - now / m)
      sum += (power === 1 ? gap : gap * gap) * (widths[i] as number)
    }
    return sum
  }
  const observed = distance((i) => current[i] as number)
  if (observed === 0) return { p: 1, relativeError: 0, draws: 0 }
  const next = seededRandom(seedOf(`transport ${power} ${m} ${rows.join()} ${current.join()}`))
  const countOf = (i: number, rest: number, left: number) =>
    drawCount('without putting back', rows[i] as number, rest, left, next)
  let [draws, reached] = [0, 0]
  while (draws < most && reached < enough) {
    draws++
    if (reaches(distance(countOf), observed)) reached++
  }
  const p = reached === enough ? enough / draws : (reached + 1) / (most + 1)
  return { p, relativeError: Math.sqrt((1 - p) / (reached + 1)), draws }
}

/** Rows of both sides together and of the window per group, and the distance from each group to the next one. */
function grouped({ values, reference, current }: ValueCells) {
  const filled = Array.from(values, (_, i) => i).filter(
    (i) => (reference[i] as number) + (current[i] as number) > 0,
  )
  const rowsIn = (i: number) => (reference[i] as number) + (current[i] as number)
  const inner = filled.slice(outermost, -outermost)
  const share = inner.reduce((sum, i) => sum + rowsIn(i), 0) / mostGroups
  const isFew = filled.length <= mostGroups + 2 * outermost
  const rows: number[] = []
  const now: number[] = []
  const places: number[] = []
  let [group, passed] = [-1, 0]
  for (const [at, i] of filled.entries()) {
    const isAlone = isFew || at < outermost || at >= filled.length - outermost
    const slot = isAlone ? -1 : Math.floor((passed + rowsIn(i) / 2) / share)
    if (!isAlone) passed += rowsIn(i)
    if (isAlone || slot !== group) {
      rows.push(0)
      now.push(0)
      places.push(values[i] as number)
    }
    group = slot
    const last = rows.length - 1
    const before = rows[last] as number
    rows[last] = before + rowsIn(i)
    now[last] = (now[last] as number) + (current[i] as number)
    // The mean place of its rows, without sums that may overflow.
    const place = places[last] as number
    places[last] = place + ((values[i] as number) - place) * (rowsIn(i) / (rows[last] as number))
  }
  const widths = places.slice(1).map((place, i) => place - (places[i] as number))
  return { rows, current: now, widths }
}
