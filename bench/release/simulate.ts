import { seededRandom, seedOf } from '../../statistics/seeded-random.ts'
import type { Way } from './ways.ts'
import { type Candidate, minuteOf, type Traffic, usual } from './world.ts'

/** What became of many candidates of a kind under one way of watching. */
export interface Outcome {
  readonly way: string
  readonly candidate: string
  readonly bad: boolean
  readonly runs: number
  /** Share of them that was stopped within the step. */
  readonly stopped: number
  /** Of those that were stopped: minutes until then, half and nine tenths of them, and answers of the candidate. */
  readonly minutes: number | null
  readonly minutes90: number | null
  readonly requests: number | null
  /** Share that was HEALTHY at some look before it was stopped, and minutes until half of these were. */
  readonly healthy: number
  readonly healthyMinutes: number | null
}

export interface Simulation extends Traffic {
  readonly runs: number
  /** Of the step: a look every minute. */
  readonly minutes: number
  readonly seed: number
}

/** All ways watch the same candidates, minute for minute. */
export function simulate(
  candidate: Candidate,
  ways: readonly Way[],
  { runs, minutes, seed, perMinute, percent }: Simulation,
): Outcome[] {
  const random = seededRandom(seedOf(`${seed}/${candidate.name}`))
  const ofCandidate = Math.max(1, Math.round((perMinute * percent) / 100))
  const found = ways.map(() => ({ stops: [] as number[], healthy: [] as number[] }))
  for (let run = 0; run < runs; run++) {
    const open = ways.map((way, i) => ({ look: way.start(), into: found[i], healthy: false }))
    let watching = open
    for (let minute = 1; minute <= minutes && watching.length > 0; minute++) {
      const stable = minuteOf(usual, perMinute - ofCandidate, random)
      const other = minuteOf(candidate.version, ofCandidate, random)
      watching = watching.filter((one) => {
        const said = one.look(stable, other)
        if (said === 'healthy' && !one.healthy) {
          one.healthy = true
          one.into?.healthy.push(minute)
        }
        if (said === 'stop') one.into?.stops.push(minute)
        return said !== 'stop'
      })
    }
  }
  return ways.map(({ name }, i) => {
    const { stops, healthy } = found[i] as (typeof found)[0]
    const median = quantile(stops, 0.5)
    return {
      ...{ way: name, candidate: candidate.name, bad: candidate.bad, runs },
      stopped: stops.length / runs,
      ...{ minutes: median, minutes90: quantile(stops, 0.9) },
      requests: median === null ? null : median * ofCandidate,
      healthy: healthy.length / runs,
      healthyMinutes: quantile(healthy, 0.5),
    }
  })
}

function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}
