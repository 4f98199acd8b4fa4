import { type FeatureValue, held, type PackedRow } from '../contracts/prediction.ts'
import { addNumbers } from './add-columns.ts'
import { addCategory, mustFit } from './add-row.ts'
import type { FeatureCounts, Profile } from './profile.ts'
import { categoryValue, numericValue } from './values.ts'

/** Numbers of a feature that wait to be counted together. */
export const waitingNumbers = 256

/**
 * Counts rows one by one at the speed of columns: numbers wait in a block of each feature, since finding the cells of
 * many costs a third of finding them singly. The profile is whole after `settle`, with the same bytes that `addRow`
 * gives.
 */
export class RowCounter {
  readonly #profile: Profile
  /** A block for each feature; null for categories. */
  readonly #blocks: readonly (Float64Array | null)[]
  readonly #used: Uint32Array

  constructor(profile: Profile) {
    this.#profile = profile
    this.#blocks = profile.features.map(({ kind }) =>
      kind === 'numeric' ? new Float64Array(waitingNumbers) : null,
    )
    this.#used = new Uint32Array(profile.features.length)
  }

  /** Throws RECORD_MALFORMED before it counts anything. */
  add(values: readonly FeatureValue[]): void {
    const profile = this.#profile
    mustFit(profile, values)
    profile.rows++
    const { features } = profile
    for (let i = 0; i < features.length; i++) {
      const feature = features[i] as FeatureCounts
      if (feature.kind === 'categorical') {
        addCategory(feature, categoryValue(values[i]))
        continue
      }
      const value = numericValue(values[i])
      if (value === null) feature.missing++
      else this.#wait(i, value as number)
    }
  }

  /** Counts a row that a decoder packed under the profile's own binning. */
  addPacked({ kinds, numbers, unseen }: PackedRow): void {
    const profile = this.#profile
    const { features } = profile
    profile.rows++
    for (let i = 0; i < features.length; i++) {
      const kind = kinds[i]
      if (kind === held.number) this.#wait(i, numbers[i] as number)
      else {
        const feature = features[i] as FeatureCounts
        if (kind === held.missing) feature.missing++
        else if (feature.kind === 'categorical') {
          if (kind === held.known) feature.counts[numbers[i]!]!++
          else feature.unseen.add(unseen[i] as string, 1)
        }
      }
    }
  }

  /** Counts what waits. */
  settle(): Profile {
    for (let i = 0; i < this.#blocks.length; i++) this.#count(i)
    return this.#profile
  }

  #wait(i: number, value: number): void {
    const block = this.#blocks[i] as Float64Array
    block[this.#used[i]!++] = value
    if (this.#used[i] === waitingNumbers) this.#count(i)
  }

  #count(i: number): void {
    const feature = this.#profile.features[i] as FeatureCounts
    if (feature.kind !== 'numeric') return
    const block = this.#blocks[i] as Float64Array
    const used = this.#used[i] as number
    addNumbers(feature, { values: used === waitingNumbers ? block : block.subarray(0, used) })
    this.#used[i] = 0
  }
}
