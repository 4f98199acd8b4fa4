import { binningOf } from '../adapters/postgres/binnings.ts'
import {
  type BucketCounts,
  commitJoin,
  eachTouchedHalf,
  type HalfRow,
} from '../adapters/postgres/join-work.ts'
import { isReached, type Join, joinsBefore, nextJoin } from '../adapters/postgres/joins.ts'
import { joinsPartition } from '../adapters/postgres/parts.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { joinHalves, type StoredHalf } from '../policies/pairs.ts'
import { bucketOf } from '../policies/window.ts'
import { halfValues } from './half-values.ts'
import { openReading } from './open-reading.ts'
import type { ScanDeps } from './scan-deps.ts'

export interface JoinInput {
  readonly model: string
  readonly reading: string
  /** Number of the last join to be done. */
  readonly to: number
}

export interface JoinOptions {
  readonly signal?: AbortSignal
  /** Told the number of every join that was done here. */
  readonly onJoin?: (number: bigint) => void
}

/** Halves that found each other are kept so much longer than the delay, to tell those that come again. */
const repeatsMs = 3_600_000
/** Halves without their other one are kept so long: it may come late, or by a repair. */
const unmatchedMs = 7 * 86_400_000

/**
 * Joins the requests and responses of a reading, cut by cut in their order, up to one: what each adds becomes parts of
 * its own. Each is committed as a whole or not at all, and what it comes to follows from the halves below the cuts, so
 * that it can be killed anywhere, called again, and called by several at once.
 *
 * Errors: POSTGRES_UNREACHABLE (retryable), those of `openReading`; INTERNAL where the ledger is not at the cut yet.
 */
export async function joinReading(
  deps: ScanDeps,
  input: JoinInput,
  options: JoinOptions = {},
): Promise<void> {
  const { reading, builder } = await openReading(deps, input.model, input.reading)
  const { definition } = reading
  const { joinDelay } = definition
  if (joinDelay === undefined) return
  const values = halfValues(await binningOf(deps.db, definition.binning))
  for (;;) {
    options.signal?.throwIfAborted()
    const join = await nextJoin(deps.db, reading.id, input.to)
    if (join === null) return
    if (!(await isReached(deps.db, reading.id, join))) {
      const reason = `join ${join.number} of ${reading.id} was asked for before its records were read`
      throw new DriftgateError('INTERNAL', { reason })
    }
    const earlier = await joinsBefore(deps.db, reading.id, join, unmatchedMs + joinDelay)
    const first = { partition: joinsPartition, from: BigInt(join.number - 1) }
    const rows = builder(first, { pairs: true })
    let good = 0
    const counts = new Counts((timeMs) =>
      bucketOf(Date.parse(definition.anchor), definition.bucket, timeMs),
    )
    const joinId = (id: string, halves: readonly StoredHalf[]) => {
      const { pairs, ...told } = joinHalves(halves, join.number, joinDelay)
      for (const pair of pairs) rows.addPair(values.row(id, pair), pair)
      good += pairs.length
      counts.add(told)
    }
    const place = { join, before: earlier[0] ?? null }
    const group = new IdGroups(join, earlier, joinId)
    await eachTouchedHalf(deps.db, reading.id, place, (half) => group.add(half), options.signal)
    group.end()
    const age = (one: Join) => join.windowEnd.getTime() - one.windowEnd.getTime()
    const committed = await commitJoin(
      deps.db,
      reading.id,
      {
        ...{ join, rows: good, parts: rows.parts(), counts: counts.byBucket() },
        predictions: rows.predictions(),
        settled: earlier.find((one) => age(one) >= joinDelay + repeatsMs) ?? null,
        forgotten: earlier.find((one) => age(one) >= unmatchedMs) ?? null,
      },
      deps.onPhase,
    )
    if (committed) options.onJoin?.(BigInt(join.number))
  }
}

/** Hands on the halves of one id after the other; they come in the order of their ids. */
class IdGroups {
  readonly #joins: readonly Join[]
  readonly #onId: (id: string, halves: readonly StoredHalf[]) => void
  #id = ''
  #halves: StoredHalf[] = []

  /** `earlier`: the last one first. */
  constructor(
    join: Join,
    earlier: readonly Join[],
    onId: (id: string, halves: readonly StoredHalf[]) => void,
  ) {
    this.#joins = [join, ...earlier]
    this.#onId = onId
  }

  add(row: HalfRow): void {
    if (row.id !== this.#id) {
      this.end()
      this.#id = row.id
    }
    this.#halves.push({
      ...row,
      half: row.request ? 'request' : 'response',
      since: this.#firstSeen(row),
    })
  }

  end(): void {
    if (this.#halves.length > 0) this.#onId(this.#id, this.#halves)
    this.#halves = []
  }

  /** Whatever a join can see, all later ones can. */
  #firstSeen({ partition, offset, repair }: HalfRow): number {
    let first = 0
    for (const { number, began, cut, repairs } of this.#joins) {
      const isSeen =
        offset < BigInt(cut[partition] ?? 0) &&
        offset >= BigInt(began[partition] ?? 0) &&
        repair <= repairs
      if (!isSeen) break
      first = number
    }
    return first
  }
}

type Told = Omit<ReturnType<typeof joinHalves>, 'pairs'>

/** Counts halves by the bucket of their own event time. */
class Counts {
  readonly #bucketOf: (timeMs: number) => number
  readonly #buckets = new Map<number, BucketCounts>()

  constructor(bucketOfTime: (timeMs: number) => number) {
    this.#bucketOf = bucketOfTime
  }

  add({ counted, matched, repeated }: Told): void {
    for (const half of counted) {
      this.#at(half)[half.half === 'request' ? 'requests' : 'responses']++
    }
    for (const half of matched) {
      this.#at(half)[half.half === 'request' ? 'matchedRequests' : 'matchedResponses']++
    }
    for (const half of repeated) this.#at(half).repeated++
  }

  byBucket(): BucketCounts[] {
    return [...this.#buckets.values()]
  }

  #at({ timeMs }: StoredHalf): BucketCounts {
    const bucket = this.#bucketOf(timeMs)
    const found = this.#buckets.get(bucket) ?? {
      bucket: new Date(bucket),
      ...{ requests: 0, matchedRequests: 0, responses: 0, matchedResponses: 0, repeated: 0 },
    }
    this.#buckets.set(bucket, found)
    return found
  }
}
