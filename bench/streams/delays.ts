import { type StreamState, streamingDetectors } from '../../detectors/streaming/index.ts'
import { seedOf } from '../../statistics/seeded-random.ts'
import { mulberry32 } from '../../test/support/mulberry32.ts'

interface Change {
  readonly before: number
  readonly after: number
  /** Values within which half of the changes are to be found. */
  readonly bar: number
}

export const changes: readonly Change[] = [
  { before: 0.2, after: 0.5, bar: 50 },
  { before: 0.2, after: 0.3, bar: 300 },
  { before: 0.1, after: 0.2, bar: 210 },
]

const changeAt = 1_000
const longest = 3_000
const every = 100_000

interface Asked {
  /** Of how many labels each stream's rate is estimated anew; null: it is known. */
  readonly labels: number | null
  readonly count: number
  readonly seed: number
}

export interface Delays {
  readonly median: number
  readonly ninth: number
  readonly missed: number
  readonly early: number
}

/** The same detector and configuration for every change: only the rate that is in control is told to it. */
export function delaysOf({ before, after }: Change, { labels, count, seed }: Asked): Delays {
  const { cusum } = streamingDetectors
  const uniform = mulberry32(seedOf(`${before} ${after} ${labels} ${seed}`))
  const started = new Map<number, string>()
  const startAt = (rate: number): StreamState => {
    const known = started.get(rate)
    if (known !== undefined) return JSON.parse(known)
    const inControl = { rate, ...(labels !== null && { labels }) }
    const state = cusum.start({ falseAlarmEvery: every, inControl })
    started.set(rate, JSON.stringify(state))
    return state
  }
  const delays: number[] = []
  let [missed, early] = [0, 0]
  for (let stream = 0; stream < count; stream++) {
    let state = startAt(labels === null ? before : estimate(before, labels, uniform))
    for (let i = 0; i < changeAt; i++) {
      state = cusum.step(state, uniform() < before ? 1 : 0)
      if (state.level === 'drift') early++
    }
    let delay = 0
    do {
      state = cusum.step(state, uniform() < after ? 1 : 0)
      delay++
    } while (state.level !== 'drift' && delay < longest)
    if (state.level !== 'drift') missed++
    delays.push(state.level === 'drift' ? delay : Number.POSITIVE_INFINITY)
  }
  return { ...quantiles(delays), missed, early }
}

/** What a user would find among his labels, to a tenth of a per cent: a setting for each is worked out once. */
function estimate(rate: number, labels: number, uniform: () => number): number {
  let errors = 0
  for (let i = 0; i < labels; i++) if (uniform() < rate) errors++
  return Math.round((errors / labels) * 1_000) / 1_000
}

function quantiles(delays: readonly number[]) {
  const sorted = delays.toSorted((left, right) => left - right)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number
  return { median: at(0.5), ninth: at(0.9) }
}

/** What alarms without looking: a score that such a dummy reaches as well is worth nothing. */
export function dummies(count: number, seed: number): string[] {
  const uniform = mulberry32(seed)
  return [every, ...changes.map(({ bar }) => 2 * bar)].flatMap((period) => {
    const periodic = Array.from({ length: count }, () => 1 + Math.floor(uniform() * period))
    const random = Array.from({ length: count }, () =>
      Math.ceil(Math.log(1 - uniform()) / Math.log(1 - 1 / period)),
    )
    return [
      `periodic, every ${period}: median ${quantiles(periodic).median}, earlier alarms ${Math.round((count * changeAt) / period)}`,
      `random, one in ${period}: median ${quantiles(random).median}, earlier alarms ${Math.round((count * changeAt) / period)}`,
    ]
  })
}
