import type { Binning } from '../contracts/binning.ts'
import { type FeatureValue, held, type PackedRow } from '../contracts/prediction.ts'
import { IdHash } from './id-hash.ts'
import { addToSample, createSample, type Sample, type SampledRow } from './sample.ts'

const fewest = 256

/**
 * Collects packed rows for a bottom-k sample in columns: of a million rows a third may enter for a while, and an
 * object for each would cost more than counting it.
 */
export class PackedSample {
  readonly #binning: Binning
  /** What was collected row by row. */
  readonly #sample: Sample
  readonly #k: number
  readonly #most: number
  /** Features of a row. */
  readonly #width: number
  /** First word of the largest hash that can still enter. */
  #limit = 2 ** 32
  #size = 0
  #capacity = fewest
  /** Both words of the hash of each row. */
  #words = new Uint32Array(2 * fewest)
  #ids: string[] = []
  #kinds: Uint8Array
  #numbers: Float64Array
  /** By place of a value, since there are few. */
  #unseen = new Map<number, string>()

  constructor(binning: Binning, k = 1_000) {
    this.#binning = binning
    this.#sample = createSample(k)
    this.#k = k
    this.#most = Math.ceil(1.5 * k)
    this.#width = binning.features.length
    this.#kinds = new Uint8Array(fewest * this.#width)
    this.#numbers = new Float64Array(fewest * this.#width)
  }

  /** `hash`: of the row's id. */
  add(row: PackedRow, { words }: IdHash): void {
    const high = words[0] as number
    if (high > this.#limit) return
    if (this.#size === this.#capacity) {
      this.#makeRoom()
      if (high > this.#limit) return
    }
    const at = this.#size++
    this.#words[2 * at] = high
    this.#words[2 * at + 1] = words[1] as number
    this.#ids[at] = row.id
    const { kinds, numbers } = row
    const width = this.#width
    const first = at * width
    for (let i = 0; i < width; i++) {
      this.#kinds[first + i] = kinds[i] as number
      this.#numbers[first + i] = numbers[i] as number
      if (kinds[i] === held.unseen) this.#unseen.set(first + i, row.unseen[i] as string)
    }
  }

  /** The sample of all rows so far. */
  settle(): Sample {
    const hash = new IdHash()
    for (let at = 0; at < this.#size; at++) {
      const high = this.#words[2 * at] as number
      if (high > this.#limit) continue
      hash.words[0] = high
      hash.words[1] = this.#words[2 * at + 1] as number
      addToSample(this.#sample, { id: this.#ids[at] as string, values: this.#values(at) }, hash)
    }
    this.#size = 0
    this.#ids = []
    this.#unseen.clear()
    return this.#sample
  }

  /** A row that was not packed. */
  addRow(row: SampledRow, hash: IdHash): void {
    addToSample(this.#sample, row, hash)
  }

  #values(at: number): FeatureValue[] {
    const first = at * this.#width
    return this.#binning.features.map((feature, i) => {
      const kind = this.#kinds[first + i]
      const number = this.#numbers[first + i] as number
      if (kind === held.number) return number
      if (kind === held.unseen) return this.#unseen.get(first + i)
      return kind === held.known && feature.kind === 'categorical'
        ? feature.categories[number]
        : null
    })
  }

  #makeRoom(): void {
    if (this.#capacity < this.#most) {
      this.#capacity = Math.min(this.#most, 2 * this.#capacity)
      this.#words = grown(this.#words, new Uint32Array(2 * this.#capacity))
      this.#kinds = grown(this.#kinds, new Uint8Array(this.#width * this.#capacity))
      this.#numbers = grown(this.#numbers, new Float64Array(this.#width * this.#capacity))
      return
    }
    this.#limit = this.#least()
    const before = this.#size
    this.#size = 0
    for (let at = 0; at < before; at++) {
      if ((this.#words[2 * at] as number) <= this.#limit) this.#move(at, this.#size++)
    }
    this.#ids.length = this.#size
    // Ids that come again and again leave no room here; a sample keeps one row of each.
    if (2 * this.#size > this.#k + this.#most) this.settle()
  }

  /** The first word of which k distinct ones are at most as large: of so many ids at least. */
  #least(): number {
    const highs = new Uint32Array(this.#size)
    for (let at = 0; at < highs.length; at++) highs[at] = this.#words[2 * at] as number
    highs.sort()
    let distinct = 1
    for (let i = 1; i < highs.length; i++) {
      if (highs[i] !== highs[i - 1] && ++distinct === this.#k) return highs[i] as number
    }
    return this.#limit
  }

  #move(from: number, to: number): void {
    if (from === to) return
    this.#words[2 * to] = this.#words[2 * from] as number
    this.#words[2 * to + 1] = this.#words[2 * from + 1] as number
    this.#ids[to] = this.#ids[from] as string
    const width = this.#width
    for (let i = 0; i < width; i++) {
      const [old, place] = [from * width + i, to * width + i]
      this.#kinds[place] = this.#kinds[old] as number
      this.#numbers[place] = this.#numbers[old] as number
      if (this.#kinds[old] === held.unseen) this.#unseen.set(place, this.#unseen.get(old) as string)
    }
  }
}

function grown<Words extends Uint8Array | Uint32Array | Float64Array>(small: Words, large: Words) {
  large.set(small)
  return large
}
