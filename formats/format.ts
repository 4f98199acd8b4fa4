import type { z } from 'zod'
import type { Binning } from '../contracts/binning.ts'
import type { DecodeResult, PackedResult } from '../contracts/prediction.ts'
import type { RecordLayout } from '../contracts/record-layout.ts'
import type { SchemaLookup } from '../contracts/registered-schema.ts'

/** What a decoder has to know to turn a record into rows of the binning. */
export interface DecoderInput extends Omit<RecordLayout, 'format'> {
  /** The model whose records count; those of others are foreign. */
  readonly model: string
  readonly binning: Binning
  /** For a format with `schemas`: those that were loaded before. */
  readonly schemas?: SchemaLookup
}

/** Values of one header: bytes or text, several where it stands there more than once. */
export type HeaderValue = Uint8Array | string | readonly (Uint8Array | string)[] | undefined

/** One record as the log carries it. */
export interface RawRecord {
  readonly value: Uint8Array | null
  /** The broker's time, milliseconds since 1970. */
  readonly timestampMs: number
  /** Where the value stands, `bytes` from `from` up to `end`, for whoever needs no view of its own. */
  readonly bytes?: Buffer
  readonly from?: number
  readonly end?: number
  /** Only for a format that needs it. */
  readonly key?: Uint8Array | null | undefined
  /** Only for a format that needs them. */
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined
}

/** What a record tells: the whole prediction, or one half of it, what was asked or what was answered. */
export type RecordKind = NonNullable<RecordLayout['kind']>

/** One prediction-log format: one file, one line in `formats/index.ts`, one page under `docs/formats`. */
export interface Format {
  readonly name: string
  readonly title: string
  /** What it looks at of a record, besides value and time. */
  readonly needs: readonly ('key' | 'headers')[]
  /** The kinds of record that it can read; the first one unless `log.kind` says another. */
  readonly kinds: readonly [RecordKind, ...RecordKind[]]
  /** The training job reads the same records. */
  readonly trainable: boolean
  /** A record may hold several rows, which are named by its id and their places. */
  readonly severalRows?: true
  /** For records whose schemas a registry keeps: whoever reads them loads these first, as a format does no I/O. */
  readonly schemas?: {
    /** The id of the schema that the value of a record names; null: it names none. */
    readonly of: (value: Uint8Array | null) => number | null
    /** Those that every record needs under these options. */
    readonly always: (options: RecordLayout['options']) => readonly number[]
  }
  /**
   * Paths at which a record says how its answer went, unless the settings say others; a path of a feature may lead to every
   * part of it. Absent: it says so only where the settings do.
   */
  readonly answered?: { readonly error: string; readonly latency: string }
  /** What `log.options` may say; absent: nothing. */
  readonly options?: z.ZodType
  /**
   * Prepares a decoder of records whose settings were checked. The decoder never throws: a record that cannot be
   * read is `bad` with the reason, a clause.
   */
  decoder(input: DecoderInput): (record: RawRecord) => DecodeResult
  /** The same rows, for whoever looks at each only until it reads the next. */
  packedDecoder?(input: DecoderInput): (record: RawRecord) => PackedResult
  /** Decodes a record once for several inputs, with the rows of their decoders. Absent: it has no such way. */
  readonly together?: (inputs: readonly DecoderInput[]) => DecodeAll
}

/** One answer for each input, in their order; the next record overwrites them. */
export type DecodeAll = (record: RawRecord) => readonly PackedResult[]

/** A packed row as one that lasts. */
export function unpacked(result: PackedResult): DecodeResult {
  if (result.kind !== 'packed') return result
  const { id, timeMs, version, values } = result.row
  return { kind: 'row', row: { id, timeMs, version, values } }
}
