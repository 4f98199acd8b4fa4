import type { ArmTally } from '../../contracts/rollout-sums.ts'

/** How the requests of a model come, and what a usual answer is like. */
export interface Traffic {
  readonly perMinute: number
  /** Of a hundred requests, so many are answered by the candidate. */
  readonly percent: number
}

/** What each version is like: share of failures, mean time in milliseconds and mean squared error of the score. */
export interface Version {
  readonly errors: number
  readonly ms: number
  readonly loss: number
}

export const usual: Version = { errors: 0.01, ms: 50, loss: 0.1 }

export interface Candidate {
  readonly name: string
  readonly version: Version
  /** It is worse by something. */
  readonly bad: boolean
}

const worse = (name: string, change: Partial<Version>): Candidate => ({
  ...{ name, bad: true },
  version: { ...usual, ...change },
})

export const candidates: readonly Candidate[] = [
  { name: 'as good', version: usual, bad: false },
  worse('errors +1 point', { errors: 0.02 }),
  worse('errors +2 points', { errors: 0.03 }),
  worse('errors +5 points', { errors: 0.06 }),
  worse('latency +20 %', { ms: 60 }),
  worse('latency +50 %', { ms: 75 }),
  worse('latency +100 %', { ms: 100 }),
  worse('loss +20 %', { loss: 0.12 }),
  worse('loss +50 %', { loss: 0.15 }),
]

/** One minute of an arm: its sums, and what a monitor of the minute alone sees. */
export interface Minute {
  readonly tally: ArmTally
  readonly times: Float64Array
}

/**
 * A minute of independent answers. Times are lognormal with a standard deviation equal to their mean, so that the
 * slowest of a hundred takes five times the mean; losses are exponential.
 */
export function minuteOf(
  { errors, ms, loss }: Version,
  requests: number,
  random: () => number,
): Minute {
  const times = new Float64Array(requests)
  const sums = () => ({ n: 0, sum: 0, squares: 0 })
  const tally = { requests, failures: 0, latency: sums(), scores: sums(), losses: sums() }
  const { latency, losses } = tally
  for (let i = 0; i < requests; i++) {
    if (random() < errors) tally.failures++
    const time = ms * Math.exp(spread * normalOf(random) - spread ** 2 / 2)
    times[i] = time
    latency.sum += time
    latency.squares += time ** 2
    const lost = -loss * Math.log(1 - random())
    losses.sum += lost
    losses.squares += lost ** 2
  }
  latency.n = requests
  losses.n = requests
  return { tally, times }
}

/** A lognormal law with this spread of the logarithm has a standard deviation equal to its mean. */
const spread = Math.sqrt(Math.LN2)

/** Box and Muller 1958. */
const normalOf = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** The time that one of a hundred usual answers exceeds, by the law. */
export const usualSlowest = usual.ms * Math.exp(2.326 * spread - spread ** 2 / 2)
