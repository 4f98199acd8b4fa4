import type { Detector } from '../../detectors/index.ts'
import { applies } from './applies.ts'
import { generator } from './generator.ts'
import type { Cell } from './grid.ts'
import { tally } from './trial.ts'

/** The detectors that are looked at in one cell, and about how long that takes. */
export interface Planned {
  readonly cell: Cell
  readonly detectors: readonly Detector[]
  /** Names of those whose p-values are drawn: they get fewer comparisons. */
  readonly drawn: readonly string[]
  /** CPU seconds. */
  readonly seconds: number
}

/** The share of the comparisons that detectors get whose p-values are drawn: 2,000 of 20,000. */
const shareOfDrawn = 0.1

/** Comparisons of one detector where others get so many; at least 20. */
export const fewer = (count: number): number => Math.min(count, Math.max(20, count * shareOfDrawn))

/** Every cell with the detectors that have something to say there. */
export const planOf = (cells: readonly Cell[], detectors: readonly Detector[]): Planned[] =>
  cells.map((cell) => {
    const chosen = detectors.flatMap((detector) => {
      const found = applies(detector, cell)
      return found.yes ? [{ detector, drawn: found.drawn }] : []
    })
    const named = (drawn: boolean) =>
      chosen.filter((one) => one.drawn === drawn).map(({ detector }) => detector)
    return {
      cell,
      detectors: chosen.map(({ detector }) => detector),
      drawn: named(true).map(({ name }) => name),
      seconds: secondsOf(cell, named(false), named(true)),
    }
  })

/** Measured on a few comparisons: of those with every p-value, and of those where a small score spares it. */
function secondsOf(cell: Cell, counted: readonly Detector[], drawn: readonly Detector[]): number {
  const [first, later] = [secondsEach(cell, counted, 6), secondsEach(cell, drawn, 2)]
  return cell.full * first + (cell.all - cell.full) * first * 0.2 + fewer(cell.full) * later
}

function secondsEach(cell: Cell, detectors: readonly Detector[], count: number): number {
  if (detectors.length === 0) return 0
  const next = generator(2, cell.reference, cell.current)
  const trials = detectors.map((detector) => tally(detector, count))
  const compare = () => {
    const sides = cell.world.draw(cell.reference, cell.current, next)
    for (const trial of trials) trial.add(sides)
  }
  compare()
  const began = performance.now()
  for (let i = 1; i < count; i++) compare()
  return (performance.now() - began) / 1_000 / (count - 1)
}
