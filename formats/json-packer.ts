import type { Binning, CategoricalBinning } from '../contracts/binning.ts'
import { type FeatureValue, held, type PackedRow } from '../contracts/prediction.ts'
import { ByteTexts } from './byte-texts.ts'
import type { DecoderInput } from './format.ts'
import { utcMilliseconds } from './instant-bytes.ts'
import { type JsonSlots, slot } from './json-slots.ts'
import { isStorable, timeProblem } from './json-value.ts'

/** Numbers of the slots that hold the parts of a record; negative: the shape has none. */
export interface PackedPlaces {
  readonly id: number
  readonly time: number
  readonly model: number
  readonly version: number
  /** In the order of the binning's features. */
  readonly features: Int32Array
}

const [unknownYet, notKnown] = [-2, -1]

/**
 * Makes packed rows of matched records that hold what most records hold: numbers where numbers belong, ASCII texts
 * where categories do. Whatever else there is, rows are made of it value by value.
 */
export class JsonPacker {
  readonly row: PackedRow
  readonly #row: Row
  readonly #model: string
  readonly #texts: readonly ByteTexts[]
  readonly #names = new ByteTexts()
  /** By feature: null for a numeric one. */
  readonly #categories: readonly (Categories | null)[]

  /** `texts`: of each feature, in the order of the binning. */
  constructor({ model, binning }: DecoderInput, texts: readonly ByteTexts[]) {
    this.#model = model
    this.#texts = texts
    this.#categories = binning.features.map((one) =>
      one.kind === 'categorical' ? new Categories(one) : null,
    )
    this.#row = new Row(binning)
    this.row = this.#row
  }

  /** Whether `row` now holds the record; `foreign`: it is of another model; `unusual`: it is to be read by value. */
  pack(
    slots: JsonSlots,
    places: PackedPlaces,
    receivedMs: number,
  ): 'packed' | 'foreign' | 'unusual' {
    const { kinds, numbers, begins, ends, bytes } = slots
    const row = this.#row
    const { id, time, model, version } = places
    if (model >= 0) {
      if (kinds[model] === slot.wide) return 'unusual'
      if (kinds[model] === slot.text) {
        const text = this.#names.text(bytes, begins[model] as number, ends[model] as number)
        if (text !== this.#model) return 'foreign'
      }
    }
    const idKind = id < 0 ? slot.null : kinds[id]
    if (idKind !== slot.text && idKind !== slot.number && idKind !== slot.wide) return 'unusual'
    const timeKind = time < 0 ? slot.null : kinds[time]
    if (timeKind !== slot.text && timeKind !== slot.number) return 'unusual'
    const timeMs =
      timeKind === slot.number
        ? (numbers[time] as number)
        : utcMilliseconds(bytes, begins[time] as number, ends[time] as number)
    if (timeProblem(timeMs, receivedMs) !== null) return 'unusual'
    let versionText = ''
    if (version >= 0 && kinds[version] !== slot.null) {
      if (kinds[version] !== slot.text) return 'unusual'
      versionText = this.#names.text(bytes, begins[version] as number, ends[version] as number)
      if (versionText !== row.version && !isStorable(versionText)) return 'unusual'
    }
    const { features } = places
    for (let i = 0; i < features.length; i++) {
      const place = features[i] as number
      const kind = place < 0 ? slot.null : kinds[place]
      if (kind === slot.null) row.kinds[i] = held.missing
      else if (kind === slot.number) {
        if (this.#categories[i] !== null) return 'unusual'
        row.kinds[i] = held.number
        row.numbers[i] = numbers[place] as number
      } else if (kind !== slot.text || !this.#category(slots, place, i)) return 'unusual'
    }
    row.slots = slots
    const isText = idKind !== slot.number
    row.idBytes = bytes
    row.idFrom = isText ? (begins[id] as number) : 0
    row.idEnd = isText ? (ends[id] as number) : -1
    row.places = places
    row.times[0] = timeMs
    row.version = versionText
    return 'packed'
  }

  /** False: it is none, or so long that only a part of it counts. */
  #category({ bytes, begins, ends }: JsonSlots, place: number, i: number): boolean {
    const categories = this.#categories[i]
    if (categories === null || categories === undefined) return false
    const [from, end] = [begins[place] as number, ends[place] as number]
    const texts = this.#texts[i] as ByteTexts
    const kept = texts.place(bytes, from, end)
    if (kept < 0 && end - from > 256) return false
    const row = this.#row
    const position =
      kept < 0
        ? categories.position(bytes.toString('latin1', from, end))
        : categories.positionAt(kept, texts)
    if (position === notKnown) {
      row.kinds[i] = held.unseen
      row.unseen[i] = kept < 0 ? bytes.toString('latin1', from, end) : texts.at(kept)
    } else {
      row.kinds[i] = held.known
      row.numbers[i] = position
    }
    return true
  }
}

/** Positions of the categories of a feature in its binning. */
class Categories {
  readonly #index: ReadonlyMap<string, number>
  /** By where a text is kept. */
  readonly #positions = new Int32Array(ByteTexts.places).fill(unknownYet)

  constructor({ categories }: CategoricalBinning) {
    this.#index = new Map(categories.map((category, at) => [category, at]))
  }

  position(text: string): number {
    return this.#index.get(text) ?? notKnown
  }

  positionAt(place: number, texts: ByteTexts): number {
    const found = this.#positions[place] as number
    if (found !== unknownYet) return found
    const position = this.position(texts.at(place))
    this.#positions[place] = position
    return position
  }
}

class Row implements PackedRow {
  readonly kinds: Uint8Array
  readonly numbers: Float64Array
  readonly unseen: string[]
  /** In an array, since a field that changes may be a new double each time. */
  readonly times = new Float64Array(1)
  version = ''
  idBytes: Buffer = Buffer.alloc(0)
  idFrom = 0
  idEnd = -1
  slots: JsonSlots | null = null
  places: PackedPlaces | null = null

  /** By feature: the known ones, none of a numeric one. */
  readonly categories: readonly (readonly string[])[]

  constructor({ features }: Binning) {
    this.kinds = new Uint8Array(features.length)
    this.numbers = new Float64Array(features.length)
    this.unseen = new Array(features.length).fill('')
    this.categories = features.map((one) => (one.kind === 'categorical' ? one.categories : []))
  }

  get timeMs(): number {
    return this.times[0] as number
  }

  get id(): string {
    return String(this.slots?.value(this.places?.id ?? -1))
  }

  get values(): readonly FeatureValue[] {
    const { slots, places } = this
    if (slots === null || places === null) return []
    const { features } = places
    const values: FeatureValue[] = new Array(features.length)
    for (let i = 0; i < features.length; i++) {
      const place = features[i] as number
      values[i] = place < 0 ? undefined : this.#value(slots, place, i)
    }
    return values
  }

  #value(slots: JsonSlots, place: number, i: number): FeatureValue {
    const kind = this.kinds[i]
    if (kind === held.number) return this.numbers[i] as number
    if (kind === held.known) return this.categories[i]?.[this.numbers[i] as number]
    return kind === held.unseen ? this.unseen[i] : slots.value(place)
  }
}
