import type { ErasureNeedle } from '../contracts/erasure.ts'
import { holdsNeedle, type NeedlesByLength, needleOf, needlesByLength } from './byte-search.ts'
import { IdHash } from './id-hash.ts'

/** What is known of one prediction that was erased. */
export interface ErasedId {
  /** SHA-256 of its id, hexadecimal. */
  readonly digest: string
  readonly needles: readonly ErasureNeedle[]
}

/** The predictions of a model that were erased, by the hash of their ids: nothing of them is stored again. */
export class ErasedIds {
  /** Of the last erasure that it knows of, of whatever model. */
  readonly number: number
  readonly none: boolean
  /** First word of the hash -> second words. */
  readonly #words = new Map<number, Set<number>>()
  readonly #needles: NeedlesByLength
  readonly #hash = new IdHash()

  constructor(number: number, ids: readonly ErasedId[] = []) {
    this.number = number
    this.none = ids.length === 0
    for (const { digest } of ids) {
      const high = Number.parseInt(digest.slice(0, 8), 16)
      const low = Number.parseInt(digest.slice(8, 16), 16)
      this.#words.set(high, (this.#words.get(high) ?? new Set()).add(low))
    }
    this.#needles = needlesByLength(ids.flatMap(({ needles }) => needles))
  }

  has({ words }: IdHash): boolean {
    return this.#words.get(words[0] as number)?.has(words[1] as number) ?? false
  }

  hasId(id: string): boolean {
    return !this.none && this.has(this.#hash.of(id))
  }

  /** Whether bytes hold the id of one of them anywhere. */
  isIn(bytes: Uint8Array): boolean {
    return !this.none && holdsNeedle(bytes, this.#needles)
  }

  isInText(text: string): boolean {
    return !this.none && this.isIn(new TextEncoder().encode(text))
  }
}

/** The row of a batch is named by its record's id and its place. */
const rowOfBatch = /^(.+)\/\d+$/s

/**
 * How a record may write an id: as it is, within a JSON text, and there in ASCII alone. `severalRows`: where a record may
 * hold several, it has the id without the row's place.
 */
export function spellingsOf(id: string, severalRows = false): string[] {
  const own = severalRows ? rowOfBatch.exec(id)?.[1] : undefined
  const ids = own === undefined ? [id] : [id, own]
  const spelled = ids.flatMap((each) => {
    const json = JSON.stringify(each).slice(1, -1)
    const ascii = json.replace(
      /[\u007f-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    return [each, json, ascii, json.replaceAll('/', '\\/')]
  })
  return [...new Set(spelled)]
}

export const needlesOf = (id: string, severalRows = false): ErasureNeedle[] =>
  spellingsOf(id, severalRows).map((spelling) => needleOf(new TextEncoder().encode(spelling)))
