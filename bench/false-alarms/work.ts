import type { Detector } from '../../detectors/index.ts'
import { generator } from './generator.ts'
import type { Cell } from './grid.ts'
import { type Permuted, permutedRates } from './permuted.ts'
import { fewer } from './plan.ts'
import { type Tally, tally } from './trial.ts'

/** How the numbers of one run are drawn and read. */
export interface Run {
  readonly seed: number
  /** The detector whose p-values are taken times 0.8; empty: none. */
  readonly sabotage: string
}

export const sabotageFactor = 0.8

const factorFor = (detector: Detector, { sabotage }: Run): number =>
  detector.name === sabotage ? sabotageFactor : 1

/** Comparisons of one part of a cell, all detectors on the same draws. The same part gives the same numbers. */
export function countPart(
  cell: Cell,
  part: { readonly index: number; readonly full: number; readonly all: number },
  detectors: readonly Detector[],
  run: Run,
  drawn: readonly string[] = [],
): Tally[] {
  const next = generator(run.seed, hash(cell.name), part.index)
  const trials = detectors.map((each) => ({
    ...tally(each, part.full, factorFor(each, run)),
    most: drawn.includes(each.name) ? fewer(part.full) : part.all,
  }))
  const most = Math.max(...trials.map((trial) => trial.most))
  for (let i = 0; i < most; i++) {
    const sides = cell.world.draw(cell.reference, cell.current, next)
    for (const trial of trials) if (i < trial.most) trial.add(sides)
  }
  return trials.map((trial) => trial.counted())
}

/** See `permutedRates`: of one sample, another for each part. */
export const permutedPart = (
  cell: Cell,
  part: number,
  detector: Detector,
  level: number,
  run: Run,
): Permuted =>
  permutedRates(
    detector,
    cell,
    level,
    [run.seed, hash(cell.name), 1_000 + part],
    factorFor(detector, run),
  )

/** Of a name, so that a cell keeps its draws whatever other cells there are. */
function hash(text: string): number {
  let value = 0
  for (const letter of text) value = (Math.imul(value, 31) + (letter.codePointAt(0) as number)) | 0
  return value
}
