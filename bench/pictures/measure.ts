import type { Detector } from '../../detectors/index.ts'
import { applies } from '../false-alarms/applies.ts'
import { generator } from '../false-alarms/generator.ts'
import { binomialLimits } from '../false-alarms/limits.ts'
import type { World } from '../false-alarms/worlds.ts'
import { type Change, type Setting, settings, sizes } from './settings.ts'

/** Of no change: how often a detector rejects at a level, and where 99 % of valid tests lie. */
export interface Achieved {
  readonly level: number
  readonly rate: number
  readonly low: number
  readonly high: number
}

export interface Power {
  readonly change: Change
  /** Share of windows with p <= `powerLevel`, one per amount. */
  readonly found: readonly number[]
  /** The amount that is found in four of five windows; null: not within the picture. */
  readonly fourOfFive: number | null
}

/** What the picture of one detector shows. */
export interface Figures {
  readonly detector: string
  readonly title: string
  readonly definition: number
  readonly feature: string
  readonly repetitions: number
  readonly windows: number
  readonly achieved: readonly Achieved[]
  readonly power: readonly Power[]
}

export const nominal = [0.1, 0.05, 0.01, 0.001] as const
export const powerLevel = 0.001

/** Figures of detectors, seeded, all of them on the same draws. `share` scales the repetitions. */
export function measureAll(detectors: readonly Detector[], seed: number, share = 1): Figures[] {
  return settings.flatMap((setting, place) => {
    const mine = detectors.filter(
      (detector) => settings.findIndex((one) => says(detector, one)) === place,
    )
    return mine.length === 0 ? [] : measure(mine, setting, seed, share)
  })
}

const says = (detector: Detector, { unchanged }: Setting) =>
  applies(detector, { world: unchanged, ...sizes }).yes

function measure(
  detectors: readonly Detector[],
  { feature, unchanged, repetitions, windows: each, changes }: Setting,
  seed: number,
  share: number,
): Figures[] {
  const trials = Math.ceil(repetitions * share)
  const windows = Math.ceil(each * share)
  const alarms = pValues(detectors, unchanged, trials, seed)
  const powers = changes.map(({ amounts, world }, i) =>
    amounts.map((amount, k) => pValues(detectors, world(amount), windows, seed + 100 * i + k + 1)),
  )
  return detectors.map(({ name, title, definition }, i) => ({
    detector: name,
    title,
    definition,
    feature,
    repetitions: trials,
    windows,
    achieved: nominal.map((level) => {
      const { low, high } = binomialLimits(trials, level, 0.01)
      return {
        level,
        rate: shareOf(alarms[i] as Float64Array, level),
        low: low / trials,
        high: high / trials,
      }
    }),
    power: changes.map((change, k) =>
      powerOf(
        change,
        (powers[k] as Float64Array[][]).map((ps) => shareOf(ps[i] as Float64Array, powerLevel)),
      ),
    ),
  }))
}

function pValues(detectors: readonly Detector[], world: World, count: number, seed: number) {
  const next = generator(seed, 77)
  const options = detectors.map((detector) => detector.options.parse({}))
  const found = detectors.map(() => new Float64Array(count))
  for (let i = 0; i < count; i++) {
    const sides = world.draw(sizes.reference, sizes.current, next)
    for (const [k, detector] of detectors.entries()) {
      const ps = found[k] as Float64Array
      ps[i] = detector.compare(sides as never, options[k] as never).pValue ?? 1
    }
  }
  return found
}

const shareOf = (ps: Float64Array, level: number) => ps.filter((p) => p <= level).length / ps.length

function powerOf(change: Change, found: readonly number[]): Power {
  const { amounts } = change
  const after = found.findIndex((share) => share >= 0.8)
  const [before, here] = [found[after - 1] ?? 0, found[after] as number]
  const fourOfFive =
    after < 1
      ? null
      : (amounts[after - 1] as number) +
        (((amounts[after] as number) - (amounts[after - 1] as number)) * (0.8 - before)) /
          (here - before)
  return { change, found, fourOfFive }
}
