import { alarmsIn, streamingDetectors } from '../../detectors/streaming/index.ts'
import { type AgainstEarlier, againstEarlier } from '../../statistics/against-earlier.ts'
import { mean, variance } from '../../statistics/mean-variance.ts'

/** Means of so many values each; what is left over at the end is left out. */
export const meansOf = (values: ArrayLike<number>, size: number): Float64Array =>
  Float64Array.from({ length: Math.floor(values.length / size) }, (_, i) =>
    mean(Array.from({ length: size }, (_, j) => values[i * size + j] as number)),
  )

/** Places at which the default streaming detector alarms, set by a sample in which nothing changed. */
export function streamAlarms(
  quiet: Float64Array,
  values: ArrayLike<number>,
  falseAlarmEvery: number,
): number[] {
  const { cusum } = streamingDetectors
  const inControl = { sample: [...quiet] }
  return alarmsIn(cusum, cusum.start({ falseAlarmEvery, inControl }), values)
}

/** The losses of a window against those of earlier windows, as the product holds them; null: too few are known. */
export const lossAgainst = (
  earlier: readonly ArrayLike<number>[],
  losses: ArrayLike<number>,
): AgainstEarlier | null => againstEarlier(earlier.map(windowMean), windowMean(losses))

const windowMean = (losses: ArrayLike<number>) => ({
  mean: mean(losses),
  variance: variance(losses) / losses.length,
})

/** A list cut into pieces of so many; what is left over at the end is left out. */
export const pieces = (values: Float64Array, size: number): Float64Array[] =>
  Array.from({ length: Math.floor(values.length / size) }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  )

/** Alarms beside stretches that are known to be bad or good. */
export interface AlarmScore {
  readonly alarms: number
  /** Stretches of either kind with an alarm in them, and how many there are. */
  readonly bad: readonly [number, number]
  readonly good: readonly [number, number]
}

/** `stretchOf`: the stretch of a place; `isBad`: null where nobody knows. */
export function alarmScore(
  alarms: readonly number[],
  stretches: readonly number[],
  stretchOf: (place: number) => number,
  isBad: (stretch: number) => boolean | null,
): AlarmScore {
  const hit = new Set(alarms.map(stretchOf))
  const count = (kind: boolean): [number, number] => {
    const all = stretches.filter((stretch) => isBad(stretch) === kind)
    return [all.filter((stretch) => hit.has(stretch)).length, all.length]
  }
  return { alarms: alarms.length, bad: count(true), good: count(false) }
}

/** As many alarms without looking: evenly spread, and at random places. */
export function dummyAlarms(count: number, length: number, next: () => number) {
  const every = length / Math.max(1, count)
  return {
    periodic: Array.from({ length: count }, (_, i) => Math.floor((i + 0.5) * every)),
    random: Array.from({ length: count }, () => Math.floor(next() * length)).sort((a, b) => a - b),
  }
}
