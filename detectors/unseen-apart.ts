import { type Both, type CategoricalSides, usable } from './sides.ts'

/**
 * Every unseen category as a category of its own, so that it is judged by its size like any other. All together they
 * are a cell that was chosen for having no row in the reference: of 200 categories by Zipf's law, 500 rows of reference
 * and 1,000 of window, that cell alone puts nearly every p-value below 0.01 % without any change.
 */
export function unseenApart(sides: CategoricalSides, least: number): Both<ArrayLike<number>> {
  const { reference, current, unseenCounts } = sides
  const known = reference.length - 1
  if (unseenCounts === undefined) return { reference, current }
  if (current[known] === 0) {
    return { reference: reference.subarray(0, known), current: current.subarray(0, known) }
  }
  const { reference: n, current: m } = usable(sides)
  const before = [...reference.subarray(0, known), ...unseenCounts.map(() => 0)]
  const now = [...current.subarray(0, known), ...unseenCounts]
  const unnamed = (current[known] as number) - unseenCounts.reduce((sum, count) => sum + count, 0)
  if (unnamed <= 0) return { reference: before, current: now }
  // What is not named is many rare categories: with all other rare ones it makes a fair cell.
  const enough = (least * (n + m)) / Math.min(n, m)
  const rare = { reference: 0, current: unnamed }
  const kept = before.map((count, i) => {
    const all = count + (now[i] as number)
    if (all >= enough) return true
    rare.reference += count
    rare.current += now[i] as number
    return false
  })
  return {
    reference: [...before.filter((_, i) => kept[i]), rare.reference],
    current: [...now.filter((_, i) => kept[i]), rare.current],
  }
}
