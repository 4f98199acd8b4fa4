import { type BacktestPart, backtestPartsPage } from '../contracts/backtest-source.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReplayPart } from '../judging/kept-parts.ts'
import type { Place } from '../judging/lies-below.ts'
import type { GatewayClient } from './gateway-client.ts'

/** Thrown when a sample is read that was not fetched: few windows need theirs, and samples are most of the bytes. */
export class SampleNotFetched extends Error {}

/** Which samples there are: fetched with their parts; those of some windows later; none for this person. */
type Samples = 'fetched' | 'later' | 'refused'

/** A part of the gateway. */
class StoredPart implements ReplayPart {
  readonly version: string
  readonly segment: string
  readonly bucket: Date
  readonly rows: number
  readonly profile: Uint8Array
  readonly place: Place
  readonly #sample: Uint8Array | null
  readonly #samples: () => Samples

  constructor(
    { version, segment, bucket, rows, profile, sample, reach, repair }: BacktestPart,
    samples: () => Samples,
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
  }

  get sample(): Uint8Array | null {
    if (this.segment === '' && this.#samples() === 'later') throw new SampleNotFetched()
    return this.#sample
  }
}

/** The parts of one reading, fetched bucket after bucket while a replay goes on. */
export class StoredParts {
  readonly #gateway: GatewayClient
  readonly #path: string
  #samples: Samples
  #nextMs: number
  #fetched: StoredPart[] = []

  constructor(
    gateway: GatewayClient,
    { model, reading, fromMs }: { model: string; reading: string; fromMs: number },
    /** Fetched with every part; else only for windows that read them. */
    samples: boolean,
  ) {
    this.#gateway = gateway
    const query = new URLSearchParams({ reading })
    this.#path = `models/${encodeURIComponent(model)}/backtest/parts?${query}`
    this.#samples = samples ? 'fetched' : 'later'
    this.#nextMs = fromMs
  }

  /** Fetches what is missing before a time and hands it over in order of buckets. */
  async until(endMs: number, aheadMs: number, sink: (part: ReplayPart) => void): Promise<void> {
    while (this.#nextMs < endMs) {
      const { parts, until } = await this.#page(this.#nextMs, endMs + aheadMs)
      for (const each of parts) this.#fetched.push(new StoredPart(each, () => this.#samples))
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
        const { parts, until } = await this.#page(from, endMs, 'fetched')
        for (const part of parts) found.push(new StoredPart(part, () => 'fetched'))
        from = Date.parse(until)
      }
      return found
    } catch (error) {
      if (!(error instanceof DriftgateError) || error.code !== 'NOT_AUTHORISED') throw error
      this.#samples = 'refused'
      return null
    }
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
