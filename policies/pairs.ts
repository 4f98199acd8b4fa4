import type { Half } from '../contracts/prediction.ts'

/** Halves that found each other are kept so much longer than the delay, to tell those that come again. */
export const repeatsMs = 3_600_000
/** Halves without their other one are kept so long: it may come late, or by a repair. */
export const unmatchedMs = 7 * 86_400_000

/** A request or a response as a log carries it. */
export interface StoredHalf {
  readonly half: Half
  readonly partition: number
  readonly offset: bigint
  /** Its place in a record that holds several. */
  readonly place: number
  /** Number of the join at which it was there first. */
  readonly since: number
  /** Event time, milliseconds since 1970. */
  readonly timeMs: number
  readonly version: string
  /** What it says of the features, as text. */
  readonly values: string
  /** Of its record; null: unknown. */
  readonly digest: Uint8Array | null
}

export interface Pair {
  readonly request: StoredHalf
  readonly response: StoredHalf
}

/** What one join adds under one id. */
export interface Joined {
  readonly pairs: readonly Pair[]
  /** Halves that are there first at this join; each is one that counts or one that came before. */
  readonly counted: readonly StoredHalf[]
  readonly repeated: readonly StoredHalf[]
  /** Halves that count, of this join or an earlier one, that now have their first other half. */
  readonly matched: readonly StoredHalf[]
}

/**
 * What the halves of one id come to at a join, beyond what they came to at the joins before. A half counts unless it
 * came before: within the delay of one that counts, of the same kind in the same partition, or anywhere with the same
 * content. A request and a response that count are a row when their event times are at most the delay apart; rows of
 * the same content are one.
 *
 * As halves of one partition are there in the order of their offsets, which ones count never changes, and the joins
 * up to one come to what this one alone would: a function of the halves, not of where the joins were.
 */
export function joinHalves(halves: readonly StoredHalf[], join: number, delayMs: number): Joined {
  const counting = new Counting(delayMs)
  for (const half of [...halves].sort(byArrival)) counting.add(half)
  const { requests, responses, repeated } = counting.distinct(join)
  const known = new Set<string>()
  const found: Pair[] = []
  const mates = new Map<StoredHalf, boolean>()
  const slots = Map.groupBy(responses, ({ timeMs }) => Math.floor(timeMs / delayMs))
  for (const request of requests) {
    const slot = Math.floor(request.timeMs / delayMs)
    for (const response of [slot - 1, slot, slot + 1].flatMap((at) => slots.get(at) ?? [])) {
      if (Math.abs(request.timeMs - response.timeMs) > delayMs) continue
      const pair = { request, response }
      const isKnown = request.since < join && response.since < join
      if (isKnown) known.add(contentOf(pair))
      else found.push(pair)
      for (const half of [request, response]) {
        mates.set(half, (mates.get(half) ?? false) || isKnown)
      }
    }
  }
  const pairs: Pair[] = []
  for (const pair of found) {
    const content = contentOf(pair)
    if (known.has(content)) continue
    known.add(content)
    pairs.push(pair)
  }
  return {
    pairs,
    counted: [...requests, ...responses].filter(({ since }) => since === join),
    repeated,
    matched: [...mates].flatMap(([half, wasMatched]) => (wasMatched ? [] : [half])),
  }
}

/** Finds the halves that count, in the order of their arrival. */
class Counting {
  readonly #delayMs: number
  /** Kind, partition and slot of time -> event time of the one half that counts there. */
  readonly #slots = new Map<string, number>()
  readonly #kept: StoredHalf[] = []
  readonly #dropped: StoredHalf[] = []

  constructor(delayMs: number) {
    this.#delayMs = delayMs
  }

  add(half: StoredHalf): void {
    const place = `${half.half}/${half.partition}/`
    const slot = Math.floor(half.timeMs / this.#delayMs)
    const cameBefore = [slot - 1, slot, slot + 1].some((at) => {
      const timeMs = this.#slots.get(`${place}${at}`)
      return timeMs !== undefined && Math.abs(timeMs - half.timeMs) <= this.#delayMs
    })
    if (cameBefore) this.#dropped.push(half)
    else {
      this.#slots.set(`${place}${slot}`, half.timeMs)
      this.#kept.push(half)
    }
  }

  /** One of each content, and the halves of a join that are not among them. */
  distinct(join: number) {
    const first = new Map<string, StoredHalf>()
    const again = [...this.#dropped]
    for (const half of this.#kept) {
      const content = JSON.stringify([half.half, half.timeMs, half.version, half.values])
      if (first.has(content)) again.push(half)
      else first.set(content, half)
    }
    const all = [...first.values()]
    return {
      requests: all.filter(({ half }) => half === 'request'),
      responses: all.filter(({ half }) => half === 'response'),
      repeated: again.filter(({ since }) => since === join),
    }
  }
}

const byArrival = (left: StoredHalf, right: StoredHalf): number =>
  left.since - right.since ||
  left.partition - right.partition ||
  (left.offset < right.offset ? -1 : left.offset > right.offset ? 1 : left.place - right.place)

/** What a row holds: when a response came is not in it. */
const contentOf = ({ request, response }: Pair): string =>
  JSON.stringify([
    ...[request.timeMs, request.version, request.values],
    ...[response.version, response.values],
  ])
