import type { Detector } from '../../detectors/index.ts'
import { applies } from './applies.ts'
import { generator } from './generator.ts'
import type { Cell } from './grid.ts'
import { tally } from './trial.ts'

/** The detectors that are looked at in one cell, and about how long that takes. */
export interface Planned {
  readonly cell: Cell
  readonly detectors: readonly Detector[]
  /** CPU seconds. */
  readonly seconds: number
}

/** Every cell with the detectors that have something to say there. */
export const planOf = (cells: readonly Cell[], detectors: readonly Detector[]): Planned[] =>
  cells.map((cell) => {
    const chosen = detectors.filter((detector) => applies(detector, cell).yes)
    return { cell, detectors: chosen, seconds: secondsOf(cell, chosen) }
  })

/** Measured on a few comparisons: of those with every p-value, and of those where a small score spares it. */
function secondsOf(cell: Cell, detectors: readonly Detector[]): number {
  const next = generator(2, cell.reference, cell.current)
  const seconds = (count: number, full: number) => {
    const trials = detectors.map((detector) => tally(detector, full))
    for (let i = 0; i < full; i++) {
      const sides = cell.world.draw(cell.reference, cell.current, next)
      for (const trial of trials) trial.add(sides)
    }
    const began = performance.now()
    for (let i = 0; i < count; i++) {
      const sides = cell.world.draw(cell.reference, cell.current, next)
      for (const trial of trials) trial.add(sides)
    }
    return (performance.now() - began) / 1_000 / count
  }
  const whole = seconds(6, 2)
  return cell.full * whole + (cell.all - cell.full) * whole * 0.2
}
