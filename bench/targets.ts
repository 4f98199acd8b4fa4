/** One promise of a bench beside what was measured; a larger number is worse. */
export interface Target {
  readonly what: string
  readonly measured: number
  readonly most: number
  readonly unit: string
  /** Where it is not kept, that is said and the bench does not fail: a time on a busy machine. */
  readonly warns?: boolean
}

/** Prints every target with its measurement; 1 where one falls outside. */
export function report(targets: readonly Target[]): number {
  let failed = 0
  for (const { what, measured, most, unit, warns = false } of targets) {
    const kept = measured <= most
    const mark = kept ? 'ok  ' : warns ? 'busy' : 'MISS'
    if (!kept && !warns) failed++
    console.log(`${mark} ${digits(measured)} of ${digits(most)} ${unit}  ${what}`)
  }
  return failed === 0 ? 0 : 1
}

const digits = (x: number): string => x.toPrecision(3).padStart(8)

export const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] as number

/** The smallest value that `share` of them do not exceed; 1: the largest. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[
    Math.max(0, Math.ceil(share * values.length) - 1)
  ] as number

const loop = 40_000_000
/** What the loop below takes on a quiet machine of two 2.4 GHz cores. */
const quietMilliseconds = 60

/** How much slower than a quiet machine this one is now: the CPU time of a fixed loop. Cores that are shared say more. */
export function slowness(): number {
  const taken = Array.from({ length: 5 }, () => {
    const { user: began } = process.cpuUsage()
    let sum = 0
    for (let i = 1; i <= loop; i++) sum += 1 / i
    const { user } = process.cpuUsage()
    return sum > 0 ? (user - began) / 1_000 : 0
  })
  return median(taken) / quietMilliseconds
}
