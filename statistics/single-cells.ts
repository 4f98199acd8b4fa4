import type { CellDistance } from './cell-distances.ts'
import { type CellTables, partsTotal, reaches, termAt } from './cell-tables.ts'
import { countRange, logCountP } from './count-draws.ts'

/**
 * Sum over cells of P(the term of this cell alone >= x), exact: an upper bound of P(the largest term >= x) that is
 * close far out. Terms fall towards the cell's mean and grow behind it.
 */
export function singleCells(tables: CellTables, distance: CellDistance): (x: number) => number {
  const { law, parts, m } = tables
  const all = partsTotal(tables)
  const term = termAt(tables, distance)
  return (x) => {
    let sum = 0
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as number
      if (part === 0) continue
      const rest = all - part
      const [least, most] = countRange(law, part, rest, m)
      const mean = Math.min(most, Math.max(least, Math.round((m * part) / all)))
      const far = (count: number) => reaches(term(i, count), x)
      const tail = (count: number, end: number) => {
        const step = end > count ? 1 : -1
        let tailed = 0
        for (let k = count; ; k += step) {
          const p = Math.exp(logCountP(law, k, part, rest, m))
          tailed += p
          if (k === end || p < tailed * 1e-8) break
        }
        return tailed
      }
      if (far(most)) sum += tail(border(mean, most, far), most)
      if (far(least) && least < mean) sum += tail(border(mean, least, far), least)
    }
    return sum
  }
}

/** The count nearest to `near` that is far, on the way to `end`, which is. */
function border(near: number, end: number, far: (count: number) => boolean): number {
  let [inside, outside] = [near, end]
  if (far(inside)) return inside
  while (Math.abs(outside - inside) > 1) {
    const middle = Math.floor((inside + outside) / 2)
    if (far(middle)) outside = middle
    else inside = middle
  }
  return outside
}
