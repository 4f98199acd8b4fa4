import type { BacktestReason } from '../contracts/backtest.ts'
import { type BacktestPart, backtestPartsPage } from '../contracts/backtest-source.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReplayPart } from '../judging/kept-parts.ts'
import type { Place } from '../judging/lies-below.ts'
import { breathe } from './backtest-replay.ts'
import type { GatewayClient } from './gateway-client.ts'

/** Thrown when a sample is read that was not fetched: few windows need theirs, and samples are most of the bytes. */
export class SampleNotFetched extends Error {}

/** Which samples there are: fetched with their parts; those of some windows later; none for this person. */
export type Samples = 'fetched' | 'later' | 'refused'

type MissingSamples = Extract<BacktestReason, 'SAMPLES_REFUSED' | 'SAMPLES_NOT_KEPT'>

/** A part of the gateway. */
class StoredPart implements ReplayPart {
  readonly version: string
  readonly segment: string
  readonly bucket: Date
  readonly rows: number
  readonly profile: Uint8Array
  readonly place: Place
  readonly until?: Date
  readonly #sample: Uint8Array | null
  readonly #samples: () => Samples
  readonly #onMissing: (why: MissingSamples) => void

  constructor(
    { version, segment, bucket, rows, profile, sample, reach, repair, until }: BacktestPart,
    samples: () => Samples,
    onMissing: (why: MissingSamples) => void,
  ) {
    this.version = version
    this.segment = segment
    this.bucket = new Date(bucket)
    this.rows = rows
    this.profile = Buffer.from(profile, 'base64')
    this.place = {
      reach: reach.map(([partition, from, to]) => ({
        ...{ partition, from: BigInt(from), to: BigInt(to) },
      })),
      repair,
    }
    this.#sample = sample === null ? null : Buffer.from(sample, 'base64')
    this.#samples = samples
    this.#onMissing = onMissing
    if (until !== null) this.until = new Date(until)
  }

  get sample(): Uint8Array | null {
    if (this.segment !== '') return null
    const samples = this.#samples()
    if (samples === 'later') throw new SampleNotFetched()
    if (samples === 'refused') this.#onMissing('SAMPLES_REFUSED')
    else if (this.#sample === null && this.rows > 0) this.#onMissing('SAMPLES_NOT_KEPT')
    return this.#sample
  }
}

/** The parts of one reading, fetched bucket after bucket while a replay goes on. */
export class StoredParts {
  readonly #gateway: GatewayClient
  readonly #path: string
  readonly #missing = new Set<MissingSamples>()
  readonly #gone: { readonly startMs: number; readonly endMs: number }[] = []
  /** Start -> end of event time. */
  readonly #rolledUp = new Map<number, number>()
  #samples: Samples
  #nextMs: number
  #fetched: StoredPart[] = []

  constructor(
    gateway: GatewayClient,
    { model, reading, fromMs }: { model: string; reading: string; fromMs: number },
    /** Fetched with every part; else only for windows that read them, or not at all where they were refused before. */
    samples: Samples,
  ) {
    this.#gateway = gateway
    const query = new URLSearchParams({ reading })
    this.#path = `models/${encodeURIComponent(model)}/backtest/parts?${query}`
    this.#samples = samples
    this.#nextMs = fromMs
  }

  /** Fetches what is missing before a time and hands it over in order of buckets. */
  async until(endMs: number, aheadMs: number, sink: (part: ReplayPart) => void): Promise<void> {
    while (this.#nextMs < endMs) {
      // A connection that the gateway closed while windows were judged is seen before it would be used.
      await breathe()
      const { parts, gone, until } = await this.#page(this.#nextMs, endMs + aheadMs)
      for (const each of parts) {
        const part = this.#part(each, () => this.#samples)
        this.#fetched.push(part)
        if (part.until) this.#rolledUp.set(part.bucket.getTime(), part.until.getTime())
      }
      for (const [start, end] of gone) {
        this.#gone.push({ startMs: Date.parse(start), endMs: Date.parse(end) })
      }
      this.#nextMs = Date.parse(until)
    }
    const later = this.#fetched.findIndex(({ bucket }) => bucket.getTime() >= endMs)
    const now = this.#fetched.splice(0, later < 0 ? this.#fetched.length : later)
    for (const part of now) sink(part)
  }

  /**
   * The parts of [startMs, endMs) with their samples, as they are stored by now: housekeeping may have merged them since.
   * Null: samples are records, and this person may not read them; those that were handed over hold none from now on.
   */
  async withSamples(startMs: number, endMs: number): Promise<ReplayPart[] | null> {
    const found: ReplayPart[] = []
    try {
      for (let from = startMs; from < endMs; ) {
        await breathe()
        const { parts, until } = await this.#page(from, endMs, 'fetched')
        for (const part of parts) found.push(this.#part(part, () => 'fetched'))
        from = Date.parse(until)
      }
      return found
    } catch (error) {
      if (!(error instanceof DriftgateError) || error.code !== 'NOT_AUTHORISED') throw error
      this.#samples = 'refused'
      return null
    }
  }

  /** Whether counts of this time are not kept any more; known of what was handed over. */
  isGone(startMs: number, endMs: number): boolean {
    return this.#gone.some((gone) => gone.startMs < endMs && gone.endMs > startMs)
  }

  /** Whether rows of this time are only kept together with rows before or after it; known of what was handed over. */
  isRolledUp(startMs: number, endMs: number): boolean {
    for (const [bucketMs, untilMs] of this.#rolledUp) {
      if (bucketMs < endMs && untilMs > endMs) return true
      if (bucketMs < startMs && untilMs > startMs) return true
    }
    return false
  }

  /** Why samples were missing that somebody read since it was asked before. */
  takeMissing(): readonly MissingSamples[] {
    const missing = [...this.#missing]
    this.#missing.clear()
    return missing
  }

  #part(part: BacktestPart, samples: () => Samples): StoredPart {
    return new StoredPart(part, samples, (why) => this.#missing.add(why))
  }

  #page(fromMs: number, toMs: number, samples = this.#samples) {
    const span = new URLSearchParams({
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      samples: String(samples === 'fetched'),
    })
    return this.#gateway.get(`${this.#path}&${span}`, backtestPartsPage)
  }
}
