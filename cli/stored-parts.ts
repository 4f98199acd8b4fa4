import { type BacktestPart, backtestPartsPage } from '../contracts/backtest-source.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ReplayPart } from '../judging/kept-parts.ts'
import type { Place } from '../judging/lies-below.ts'
import type { GatewayClient } from './gateway-client.ts'

/** Thrown when a sample is read that was not fetched: few windows need theirs, and samples are most of the bytes. */
export class SampleNotFetched extends Error {}

/** A part of the gateway; its sample comes when it is fetched for. */
class StoredPart implements ReplayPart {
  readonly version: string
  readonly segment: string
  readonly bucket: Date
  readonly rows: number
  readonly profile: Uint8Array
  readonly place: Place
  readonly key: string
  #sample: Uint8Array | null | undefined

  constructor({ version, segment, bucket, rows, profile, reach, repair }: BacktestPart) {
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
    this.key = keyOf({ version, segment, bucket, reach, repair })
  }

  get sample(): Uint8Array | null {
    if (this.#sample === undefined) throw new SampleNotFetched()
    return this.#sample
  }

  give(sample: string | null): void {
    this.#sample = sample === null ? null : Buffer.from(sample, 'base64')
  }
}

const keyOf = (part: Pick<BacktestPart, 'version' | 'segment' | 'bucket' | 'reach' | 'repair'>) =>
  JSON.stringify([part.version, part.segment, part.bucket, part.reach, part.repair])

/** The parts of one reading, fetched bucket after bucket while a replay goes on. */
export class StoredParts {
  readonly #gateway: GatewayClient
  readonly #path: string
  readonly #samples: boolean
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
    this.#samples = samples
    this.#nextMs = fromMs
  }

  /** Fetches what is missing before a time and hands it over in order of buckets. */
  async until(endMs: number, aheadMs: number, sink: (part: ReplayPart) => void): Promise<void> {
    while (this.#nextMs < endMs) {
      const { parts, until } = await this.#page(this.#nextMs, endMs + aheadMs, this.#samples)
      for (const each of parts) {
        const part = new StoredPart(each)
        if (this.#samples || each.segment !== '') part.give(each.sample)
        this.#fetched.push(part)
      }
      this.#nextMs = Date.parse(until)
    }
    const later = this.#fetched.findIndex(({ bucket }) => bucket.getTime() >= endMs)
    const now = this.#fetched.splice(0, later < 0 ? this.#fetched.length : later)
    for (const part of now) {
      this.#handed.set(part.key, part)
      sink(part)
    }
    for (const [key, { bucket }] of this.#handed) {
      if (bucket.getTime() >= endMs - this.#keepMs) break
      this.#handed.delete(key)
    }
  }

  /** By key, those of the last windows: whose samples may still be asked for. */
  readonly #handed = new Map<string, StoredPart>()
  #keepMs = 0

  /** Fetches the samples of the parts in a window. False: they are records, and this person may not read them. */
  async giveSamples(startMs: number, endMs: number): Promise<boolean> {
    try {
      await this.#fetchSamples(startMs, endMs)
      return true
    } catch (error) {
      if (!(error instanceof DriftgateError) || error.code !== 'NOT_AUTHORISED') throw error
      for (const part of this.#handed.values()) part.give(null)
      return false
    }
  }

  async #fetchSamples(startMs: number, endMs: number): Promise<void> {
    for (let from = startMs; from < endMs; ) {
      const { parts, until } = await this.#page(from, endMs, true)
      for (const part of parts) this.#handed.get(keyOf(part))?.give(part.sample)
      from = Date.parse(until)
    }
  }

  /** So far back windows may ask for samples. */
  keep(ms: number): this {
    this.#keepMs = ms
    return this
  }

  #page(fromMs: number, toMs: number, samples: boolean) {
    const span = new URLSearchParams({
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      samples: String(samples),
    })
    return this.#gateway.get(`${this.#path}&${span}`, backtestPartsPage)
  }
}
