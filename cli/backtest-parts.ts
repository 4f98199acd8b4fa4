import type { Binning } from '../contracts/binning.ts'
import type { ReplayPart } from '../judging/kept-parts.ts'
import { bucketOf } from '../policies/window.ts'
import {
  addRow,
  addToSample,
  createProfile,
  createSample,
  encodeProfile,
  encodeSample,
  type Profile,
  type Sample,
  segmenter,
} from '../profiles/index.ts'
import type { ReferenceRow } from './reference-rows.ts'

/** Buckets that are counted at once; a row that comes later begins a further part of its bucket. */
const mostOpen = 64

interface Open {
  readonly version: string
  readonly bucketMs: number
  /** By segment; '' is all rows. */
  readonly profiles: Map<string, Profile>
  readonly sample: Sample
}

/** Rows of a log file summed up bucket by bucket as a scan does it: one part per bucket, version and segment. */
export class PartsOfRows {
  readonly parts: ReplayPart[] = []
  readonly #binning: Binning
  readonly #window: { readonly bucket: number; readonly anchorMs: number }
  readonly #keepsSample: boolean
  readonly #segmentsOf: ReturnType<typeof segmenter>
  /** The bucket that was touched last is the last one. */
  readonly #open = new Map<string, Open>()

  constructor(
    binning: Binning,
    window: { readonly bucket: number; readonly anchor: string },
    keepsSample: boolean,
  ) {
    this.#binning = binning
    this.#window = { bucket: window.bucket, anchorMs: Date.parse(window.anchor) }
    this.#keepsSample = keepsSample
    this.#segmentsOf = segmenter(binning)
  }

  add({ id, timeMs, version, values }: ReferenceRow): void {
    const bucketMs = bucketOf(this.#window.anchorMs, this.#window.bucket, timeMs)
    const key = `${bucketMs} ${version}`
    let open = this.#open.get(key)
    if (open === undefined) {
      const profiles = new Map([['', createProfile(this.#binning)]])
      open = { version, bucketMs, profiles, sample: createSample() }
    } else this.#open.delete(key)
    this.#open.set(key, open)
    for (const segment of ['', ...this.#segmentsOf(values)]) {
      let profile = open.profiles.get(segment)
      if (profile === undefined) {
        profile = createProfile(this.#binning)
        open.profiles.set(segment, profile)
      }
      addRow(profile, values)
    }
    if (this.#keepsSample) addToSample(open.sample, { id, values })
    if (this.#open.size > mostOpen) this.#close(this.#open.keys().next().value as string)
  }

  /** All parts, in order of event time. */
  end(): readonly ReplayPart[] {
    for (const key of [...this.#open.keys()]) this.#close(key)
    return this.parts.sort((left, right) => left.bucket.getTime() - right.bucket.getTime())
  }

  #close(key: string): void {
    const { version, bucketMs, profiles, sample } = this.#open.get(key) as Open
    this.#open.delete(key)
    const bucket = new Date(bucketMs)
    for (const [segment, profile] of profiles) {
      const kept = this.#keepsSample && segment === '' ? encodeSample(sample) : null
      const bytes = encodeProfile(profile)
      this.parts.push({
        version,
        bucket,
        segment,
        rows: profile.rows,
        profile: bytes,
        sample: kept,
      })
    }
  }
}
