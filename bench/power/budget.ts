import { compareWith, type Detector, detectors } from '../../detectors/index.ts'
import { shareOfTests } from '../../policies/alarm.ts'
import { levelOfLook } from '../../policies/budget.ts'
import { normalQuantile } from '../../statistics/special.ts'
import { generator } from '../false-alarms/generator.ts'
import { drawBase, numericChanges, sizesBetween, unitOf } from './changes.ts'
import { numericSample, prepare } from './samples.ts'
import { sizeFound } from './shift.ts'

/** The budget of the design: one false alarm in 30 days, hourly windows, four scales. */
const hour = 3_600_000
const budget = { falseAlarms: 1, per: 30 * 24 * hour }
const scales = 4
/** Twenty features, each with its test and its rules. */
const tests = 20 / shareOfTests

/** A promise about the power that is left when every look may take its share of the budget only. */
export interface Kept {
  readonly what: string
  readonly measured: number
  readonly most: number
  readonly unit: string
}

/**
 * The mean shift of a normal feature found with 80 %: in one window of 1,000 rows, over what the best test of that
 * level finds (the z test: normal quantiles of the level and of the power), and when it lasts 24 windows.
 */
export function budgetPower(primary: string, seed: number, quick: boolean): Kept[] {
  const repetitions = quick ? 60 : 400
  const of = (scale: number, reference: number, rows: number) => {
    const level = levelOfLook(scale, scales, hour, budget) / tests
    const unit = unitOf(reference, rows)
    const best = (normalQuantile(1 - level / 2) + normalQuantile(0.8)) * unit
    const found = shiftFound({ primary, seed, repetitions, reference, rows, level, best })
    return { found, best }
  }
  const window = of(1, 100_000, 1_000)
  const lasting = of(24, 100_000, 24_000)
  return [
    {
      what: 'one window of 1,000 rows, a reference of 100,000: of the best test at that level',
      measured: window.found / window.best,
      most: 1.25,
      unit: 'x',
    },
    {
      what: 'a shift that lasts 24 windows of 1,000 rows, a reference of 100,000',
      measured: lasting.found,
      most: 0.06,
      unit: 'sd',
    },
  ]
}

function shiftFound(of: {
  readonly primary: string
  readonly seed: number
  readonly repetitions: number
  readonly reference: number
  readonly rows: number
  readonly level: number
  readonly best: number
}): number {
  const detector = (detectors as Record<string, Detector>)[of.primary] as Detector
  const mean = numericChanges['mean'] as (typeof numericChanges)[string]
  const points = sizesBetween(0.85 * of.best, 1.7 * of.best, 1.08).map((size) => ({
    size,
    hits: 0,
  }))
  for (let i = 0; i < of.repetitions; i++) {
    const next = generator(of.seed, of.rows, i)
    const reference = prepare(drawBase(of.reference, next).z)
    const base = drawBase(of.rows, next)
    for (const point of points) {
      const { profile } = numericSample(reference, mean.apply(base, point.size))
      const { pValue } = compareWith(detector, profile)
      if (pValue !== null && pValue <= of.level) point.hits++
    }
  }
  return sizeFound(points.map(({ size, hits }) => ({ size, power: hits / of.repetitions })))
}
