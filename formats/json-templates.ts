import { ByteTexts } from './byte-texts.ts'
import { utcMilliseconds } from './instant-bytes.ts'
import { JsonSlots, slot } from './json-slots.ts'
import { learnTemplate, type Shape } from './json-template.ts'

/** Shapes of records that are kept at once. */
const mostTemplates = 4
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
  readonly #places: JsonPlaces
  readonly #texts = new Map<string, ByteTexts>()
  #matchers: Matcher[] = []
  /** Records to let pass before the next is learned from; twice as many after each that taught nothing. */
  #wait = 0
  #patience = 1

  constructor(places: JsonPlaces) {
    this.#places = places
  }

  /** Shapes that are known now. */
  get shapes(): number {
    return this.#matchers.length
  }

  match(value: Uint8Array): MatchedParts | null {
    const bytes = Buffer.isBuffer(value)
      ? value
      : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    for (let i = 0; i < this.#matchers.length; i++) {
      const matcher = this.#matchers[i] as Matcher
      if (!matcher.slots.match(bytes)) continue
      if (i > 0) {
        this.#matchers.splice(i, 1)
        this.#matchers.unshift(matcher)
      }
      this.taken++
      return matcher.read()
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
    const full = this.#matchers.length === mostTemplates
    this.#patience = matcher !== null && !full ? 1 : Math.min(mostPatience, this.#patience * 2)
    this.#wait = this.#patience - 1
    if (matcher === null) return
    // The one that was matched longest ago goes.
    if (full) this.#matchers.pop()
    this.#matchers.unshift(matcher)
  }
}

interface Matcher {
  readonly slots: JsonSlots
  readonly read: () => MatchedParts
}

type Read = () => unknown

/** Null where a part is an object, which nothing is read of. */
function matcherOf(
  root: Shape,
  slots: JsonSlots,
  places: JsonPlaces,
  texts: Map<string, ByteTexts>,
): Matcher | null {
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
  return { slots, read }
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
