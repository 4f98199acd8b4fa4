import { DriftgateError } from '../contracts/errors.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { sha256 } from './digest.ts'
import { IdHash } from './id-hash.ts'

/** One sampled row: the prediction's id and its values in the order of the binning. */
export interface SampledRow {
  readonly id: string
  readonly values: readonly FeatureValue[]
}

interface Entry extends SampledRow {
  /** Both words of its `IdHash`: the order of the sample. */
  readonly high: number
  readonly low: number
  /** Its prediction was erased: the place in the order is all that is left. */
  readonly erased?: true
}

/**
 * A bottom-k sample: the k rows whose prediction ids have the smallest hash. It depends on the rows alone, not on
 * their order or on how they were grouped, and merges exactly.
 */
export interface Sample {
  readonly k: number
  entries: Entry[]
  /** First word of the largest hash that can still enter. */
  limit: number
}

const noLimit = 2 ** 32

export const createSample = (k = 1_000): Sample => ({ k, entries: [], limit: noLimit })

const scratch = new IdHash()

/** `hash`: of the row's id, where it is known. */
export function addToSample(sample: Sample, row: SampledRow, hash = scratch.of(row.id)): void {
  const high = hash.words[0] as number
  if (high > sample.limit) return
  const low = hash.words[1] as number
  sample.entries.push({ high, low, id: row.id, values: [...row.values] })
  if (sample.entries.length >= sample.k * 2 + 16) settle(sample)
}

export function mergeSamples(into: Sample, from: Sample): void {
  into.entries.push(...settle(from))
  settle(into)
}

/** The sampled rows in hash order, without those that were erased. */
export function sampledRows(sample: Sample): readonly SampledRow[] {
  const entries = settle(sample)
  return entries.some(({ erased }) => erased) ? entries.filter(({ erased }) => !erased) : entries
}

/** Of one id only one row stays, chosen by its text, so that the order of arrival never shows. */
function settle(sample: Sample): Entry[] {
  // The text of a row is only needed where two rows share an id, which is rare: writing it costs the most.
  const sorted = sample.entries.sort(
    (left, right) =>
      left.high - right.high ||
      left.low - right.low ||
      compare(left.id, right.id) ||
      compare(lineOf(left), lineOf(right)),
  )
  const kept: Entry[] = []
  for (const entry of sorted) {
    if (isSame(kept.at(-1), entry)) continue
    if (kept.push(entry) === sample.k) break
  }
  sample.entries = kept
  sample.limit = kept.length === sample.k ? (kept.at(-1)?.high ?? noLimit) : noLimit
  return kept
}

/** What was erased comes before the row of its id, if there is one, and is all that stays. */
const isSame = (before: Entry | undefined, entry: Entry): boolean =>
  before !== undefined &&
  (before.erased ? before.high === entry.high && before.low === entry.low : before.id === entry.id)

/**
 * Erases rows: each leaves its place in the order, so that what is merged later is what it would have been. Null: none of
 * them is here.
 */
export function eraseFromSample(
  bytes: Uint8Array,
  erased: { has(hash: IdHash): boolean },
): { readonly bytes: Uint8Array; readonly rows: number } | null {
  const sample = decodeSample(bytes, Number.POSITIVE_INFINITY)
  let rows = 0
  sample.entries = sample.entries.map((entry) => {
    if (entry.erased || !erased.has(scratch.of(entry.id))) return entry
    rows++
    return { high: entry.high, low: entry.low, id: '', values: [], erased: true }
  })
  return rows === 0 ? null : { bytes: encodeSample(sample), rows }
}

/** Canonical bytes: one JSON array [id, value ...] a line, in hash order; of one that was erased {"erased": its hash}. */
export function encodeSample(sample: Sample): Uint8Array {
  return new TextEncoder().encode(settle(sample).map(lineOf).join('\n'))
}

export function decodeSample(bytes: Uint8Array, k = 1_000): Sample {
  const sample = createSample(k)
  const text = new TextDecoder().decode(bytes)
  if (text === '') return sample
  try {
    for (const line of text.split('\n')) {
      if (line.startsWith('{')) {
        sample.entries.push(erasedEntry(line))
        continue
      }
      const [id, ...values] = JSON.parse(line) as [string, ...FeatureValue[]]
      addToSample(sample, { id, values })
    }
  } catch (cause) {
    throw new DriftgateError('PROFILE_LAYOUT_UNKNOWN', { reason: 'sample lines' }, { cause })
  }
  settle(sample)
  return sample
}

/** Digest of sampled rows: of the bytes that they have as a sample. */
export const sampleDigest = (rows: readonly SampledRow[]): string =>
  sha256(rows.map(lineOf).join('\n'))

const lineOf = (row: SampledRow | Entry): string =>
  'erased' in row
    ? JSON.stringify({ erased: hex(row.high) + hex(row.low) })
    : JSON.stringify([row.id, ...row.values.map((value) => spelled(value))])

/** How the line of a row begins, by which samples that may hold it are found. */
export const lineBeginning = (id: string): Uint8Array =>
  new TextEncoder().encode(`[${JSON.stringify(id)}`)

const hex = (word: number): string => word.toString(16).padStart(8, '0')

function erasedEntry(line: string): Entry {
  const words = /^[0-9a-f]{16}$/.exec((JSON.parse(line) as { erased: string }).erased)?.[0]
  if (words === undefined) throw new Error('no hash of an erased row')
  const [high, low] = [words.slice(0, 8), words.slice(8)].map((word) => Number.parseInt(word, 16))
  return { high: high as number, low: low as number, id: '', values: [], erased: true }
}

/** JSON has no NaN and no infinities: they are spelled, as in a record. */
const spelled = (value: FeatureValue): FeatureValue =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value ?? null)

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
