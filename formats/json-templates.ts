import { ByteTexts } from './byte-texts.ts'
import type { RawRecord } from './format.ts'
import { utcMilliseconds } from './instant-bytes.ts'
import type { PackedPlaces } from './json-packer.ts'
import { JsonSlots, slot } from './json-slots.ts'
import { learnTemplate, type Shape } from './json-template.ts'

/** Shapes of records that are kept at once for each reader, and for all of them. */
const mostOfEach = 4
const mostTemplates = 32
/** Records that no template fits between two that are learned from, at most: learning costs more than parsing. */
const mostPatience = 1_000

/** What of a record is read: names of members and positions in lists. */
export interface JsonPlaces {
  readonly id: readonly string[]
  readonly time: readonly string[]
  readonly model: readonly string[]
  readonly version: readonly string[]
  /** By the name of the feature. */
  readonly features: ReadonlyMap<string, readonly string[]>
  /** What tells an answer that failed; absent: no record is one. */
  readonly failure?: { readonly error: readonly string[]; readonly score: readonly string[] } | null
}

/** A record that fits a template, until the next one is matched. */
export interface Matched {
  readonly slots: JsonSlots
  /** For each of those who read it. */
  readonly readers: readonly PartsReader[]
}

interface PartsReader {
  /** Where its parts stand; null where one is no single value. */
  readonly places: PackedPlaces | null
  readonly read: () => MatchedParts
  /** Whether it is an answer that failed, as `failureReader` says; null: none of this shape is. */
  readonly failed: (() => boolean) | null
}

/** The parts of the record that was matched last; the next one overwrites them. */
export interface MatchedParts {
  id: unknown
  /** Milliseconds where it is the usual UTC form of ISO 8601, else as the record has it. */
  time: unknown
  model: unknown
  version: unknown
  raw: (feature: string) => unknown
}

/**
 * Reads JSON records of shapes that came before, and learns new ones; what it does not read is for `JSON.parse`.
 * It never holds more than a few shapes: records that change theirs all the time are all parsed.
 */
export class JsonTemplates {
  /** Records that were read here. */
  taken = 0
  readonly #places: readonly JsonPlaces[]
  readonly #texts: readonly Map<string, ByteTexts>[]
  readonly #most: number
  #matchers: Matched[] = []
  /** Records to let pass before the next is learned from; twice as many after each that taught nothing. */
  #wait = 0
  #patience = 1

  /** @param places of each of those who read the same records. */
  constructor(places: readonly JsonPlaces[]) {
    this.#places = places
    this.#texts = places.map(() => new Map())
    this.#most = Math.min(mostTemplates, mostOfEach * places.length)
  }

  /** Shapes that are known now. */
  get shapes(): number {
    return this.#matchers.length
  }

  /** Texts of a feature that came before, of one of the readers. */
  textsOf(reader: number, feature: string): ByteTexts {
    return textsOf(this.#texts[reader] as Map<string, ByteTexts>, feature)
  }

  match(record: RawRecord): Matched | null {
    const { bytes, from = 0, end = -1 } = record
    if (bytes !== undefined) return end < from ? null : this.#match(bytes, from, end)
    const { value } = record
    if (value === null) return null
    const view = Buffer.isBuffer(value)
      ? value
      : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    return this.#match(view, 0, view.length)
  }

  #match(bytes: Buffer, from: number, end: number): Matched | null {
    for (let i = 0; i < this.#matchers.length; i++) {
      const matcher = this.#matchers[i] as Matched
      if (!matcher.slots.match(bytes, from, end)) continue
      if (i > 0) {
        this.#matchers.splice(i, 1)
        this.#matchers.unshift(matcher)
      }
      this.taken++
      return matcher
    }
    return null
  }

  /** Learns from a record that was not matched and that `JSON.parse` accepts. */
  learn(value: Uint8Array): void {
    if (this.#wait > 0) {
      this.#wait--
      return
    }
    const template = learnTemplate(value)
    const isNew = template !== null && !this.#matchers.some(({ slots }) => slots.isOf(template))
    const matcher = isNew
      ? matcherOf(template.root, new JsonSlots(template), this.#places, this.#texts)
      : null
    const full = this.#matchers.length === this.#most
    this.#patience = matcher !== null && !full ? 1 : Math.min(mostPatience, this.#patience * 2)
    this.#wait = this.#patience - 1
    if (matcher === null) return
    // The one that was matched longest ago goes.
    if (full) this.#matchers.pop()
    this.#matchers.unshift(matcher)
  }
}

type Read = () => unknown

/** Null where a part is an object, which nothing is read of. */
function matcherOf(
  root: Shape,
  slots: JsonSlots,
  places: readonly JsonPlaces[],
  texts: readonly Map<string, ByteTexts>[],
): Matched | null {
  const readers: PartsReader[] = []
  for (const [index, each] of places.entries()) {
    const reader = partsReader(root, slots, each, texts[index] as Map<string, ByteTexts>)
    if (reader === null) return null
    readers.push(reader)
  }
  return { slots, readers }
}

function partsReader(
  root: Shape,
  slots: JsonSlots,
  places: JsonPlaces,
  texts: Map<string, ByteTexts>,
): PartsReader | null {
  const id = readerOf(root, places.id, slots)
  const time = timeReader(root, places.time, slots)
  const model = readerOf(root, places.model, slots, textsOf(texts, '.model'))
  const version = readerOf(root, places.version, slots, textsOf(texts, '.version'))
  const features = new Map<string, Read>()
  for (const [name, steps] of places.features) {
    const read = readerOf(root, steps, slots, textsOf(texts, name))
    if (read === null) return null
    features.set(name, read)
  }
  if (id === null || time === null || model === null || version === null) return null
  const raw = (feature: string): unknown => features.get(feature)?.()
  const parts: MatchedParts = { id: null, time: null, model: null, version: null, raw }
  const read = () => {
    parts.id = id()
    parts.time = time()
    parts.model = model()
    parts.version = version()
    return parts
  }
  return { places: placesOf(root, places), read, failed: failedReader(root, slots, places) }
}

function failedReader(
  root: Shape,
  { kinds, begins, ends }: JsonSlots,
  { failure }: JsonPlaces,
): PartsReader['failed'] {
  if (!failure) return null
  const error = shapeAt(root, failure.error)
  const score = shapeAt(root, failure.score)
  if (typeof error !== 'number') return null
  if (score !== undefined && typeof score !== 'number') return null
  return () => {
    const isText = kinds[error] === slot.text || kinds[error] === slot.wide
    const isSaid = isText && (ends[error] as number) > (begins[error] as number)
    return isSaid && (score === undefined || kinds[score] === slot.null)
  }
}

function placesOf(
  root: Shape,
  { id, time, model, version, features }: JsonPlaces,
): PackedPlaces | null {
  const all = [id, time, model, version, ...features.values()].map(
    (steps) => shapeAt(root, steps) ?? -1,
  )
  if (!all.every((place) => typeof place === 'number')) return null
  const [idAt = -1, timeAt = -1, modelAt = -1, versionAt = -1, ...rest] = all
  return {
    id: idAt,
    time: timeAt,
    model: modelAt,
    version: versionAt,
    features: Int32Array.from(rest),
  }
}

function textsOf(texts: Map<string, ByteTexts>, name: string): ByteTexts {
  const found = texts.get(name) ?? new ByteTexts()
  texts.set(name, found)
  return found
}

function readerOf(
  root: Shape,
  steps: readonly string[],
  slots: JsonSlots,
  texts?: ByteTexts,
): Read | null {
  const shape = shapeAt(root, steps)
  if (shape === undefined) return () => undefined
  if (typeof shape === 'number') {
    if (texts === undefined) return () => slots.value(shape)
    return () =>
      slots.kinds[shape] === slot.text
        ? texts.text(slots.bytes, slots.begins[shape] as number, slots.ends[shape] as number)
        : slots.value(shape)
  }
  // An embedding: a list of plain values.
  if (!isList(shape) || !shape.every((item) => typeof item === 'number')) return null
  return () => shape.map((item) => slots.value(item))
}

function timeReader(root: Shape, steps: readonly string[], slots: JsonSlots): Read | null {
  const read = readerOf(root, steps, slots)
  const shape = shapeAt(root, steps)
  if (typeof shape !== 'number') return read
  return () => {
    if (slots.kinds[shape] !== slot.text) return slots.value(shape)
    const { bytes, begins, ends } = slots
    const known = utcMilliseconds(bytes, begins[shape] as number, ends[shape] as number)
    return Number.isNaN(known) ? slots.text(shape) : known
  }
}

const isList = (shape: Shape): shape is readonly Shape[] => Array.isArray(shape)

/** Follows names into objects and positions into lists, as `memberReader` does with values. */
function shapeAt(root: Shape, steps: readonly string[]): Shape | undefined {
  let found: Shape | undefined = root
  for (const step of steps) {
    if (found === undefined || typeof found === 'number') return undefined
    if (isList(found)) found = String(Number(step)) === step ? found[Number(step)] : undefined
    else found = found.get(step)
  }
  return found
}
