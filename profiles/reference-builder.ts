import type { Binning } from '../contracts/binning.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { addRow } from './add-row.ts'
import { encodeProfile } from './layout.ts'
import { createProfile, type Profile } from './profile.ts'
import { addToSample, createSample, encodeSample, type Sample } from './sample.ts'
import { segmenter } from './segments.ts'

export interface BuiltReference {
  readonly profile: Uint8Array
  readonly rows: number
  /** Name of the segment -> its profile. */
  readonly segments: Readonly<Record<string, Uint8Array>>
  /** In the bytes of `sample.ts`. */
  readonly sample: Uint8Array
  /** The same of more rows, where so many are asked for; null: none are. */
  readonly guardRows: Uint8Array | null
}

/** Sums up rows under a binning as the reference of all rows and of every segment, with a sample of the rows. */
export class ReferenceBuilder {
  private readonly binning: Binning
  private readonly all: Profile
  private readonly segments = new Map<string, Profile>()
  private readonly segmentsOf: ReturnType<typeof segmenter>
  private readonly sample = createSample()
  private readonly guardRows: Sample | null

  /** @param guardRows so many rows are kept for the guard; as many as the sample has: none beside it. */
  constructor(binning: Binning, guardRows = 0) {
    this.binning = binning
    this.guardRows = guardRows > this.sample.k ? createSample(guardRows) : null
    this.all = createProfile(binning)
    this.segmentsOf = segmenter(binning)
  }

  /** @param values one per feature of the binning, in its order. */
  add(id: string, values: readonly FeatureValue[]): void {
    addToSample(this.sample, { id, values })
    if (this.guardRows) addToSample(this.guardRows, { id, values })
    addRow(this.all, values)
    for (const segment of this.segmentsOf(values)) {
      let profile = this.segments.get(segment)
      if (profile === undefined) {
        profile = createProfile(this.binning)
        this.segments.set(segment, profile)
      }
      addRow(profile, values)
    }
  }

  end(): BuiltReference {
    const segments = [...this.segments].map(([name, profile]) => [name, encodeProfile(profile)])
    return {
      profile: encodeProfile(this.all),
      rows: this.all.rows,
      segments: Object.fromEntries(segments),
      sample: encodeSample(this.sample),
      guardRows: this.guardRows && encodeSample(this.guardRows),
    }
  }
}
