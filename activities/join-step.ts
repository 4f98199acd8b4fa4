import type { BucketCounts } from '../adapters/postgres/join-work.ts'
import type { Join } from '../adapters/postgres/joins.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import type { Reading } from '../adapters/postgres/readings.ts'
import { bucketOf } from '../policies/window.ts'
import type { HalfValues } from './half-values.ts'
import type { ScanDeps } from './scan-deps.ts'
import type { SliceBuilder } from './slice-builder.ts'

/** What one join of a reading works with. */
export interface JoinWork {
  readonly deps: ScanDeps
  readonly reading: Reading
  readonly join: Join
  readonly values: HalfValues
  /** Gets the rows that it comes to. */
  readonly rows: SliceBuilder
  readonly counts: JoinCounts
  readonly signal: AbortSignal | undefined
}

/** What is left to be committed of one. */
export interface JoinedWork {
  readonly rows: number
  readonly letGo: (db: Db) => Promise<void>
}

/** Turns what waits for a join into rows and counts; nothing is written. */
export type JoinStep = (work: JoinWork) => Promise<JoinedWork>

type Counted = Exclude<keyof BucketCounts, 'bucket'>

/** Counts what a join found by the bucket of its own event time. */
export class JoinCounts {
  readonly #anchorMs: number
  readonly #bucketMs: number
  readonly #buckets = new Map<number, BucketCounts>()

  constructor({ anchor, bucket }: Pick<Reading['definition'], 'anchor' | 'bucket'>) {
    this.#anchorMs = Date.parse(anchor)
    this.#bucketMs = bucket
  }

  add(timeMs: number, ...what: readonly Counted[]): void {
    const bucket = bucketOf(this.#anchorMs, this.#bucketMs, timeMs)
    const found = this.#buckets.get(bucket) ?? {
      bucket: new Date(bucket),
      ...{ requests: 0, matchedRequests: 0, responses: 0, matchedResponses: 0 },
      ...{ repeated: 0, differing: 0 },
    }
    this.#buckets.set(bucket, found)
    for (const one of what) found[one]++
  }

  byBucket(): BucketCounts[] {
    return [...this.#buckets.values()]
  }
}
