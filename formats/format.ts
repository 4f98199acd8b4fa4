import type { z } from 'zod'
import type { Binning } from '../contracts/binning.ts'
import type { recordPaths } from '../contracts/config.ts'
import type { DecodeResult } from '../contracts/prediction.ts'

/** What a decoder has to know to turn a record into a row of the binning. */
export interface DecoderInput {
  /** The model whose records count; those of others are foreign. */
  readonly model: string
  readonly binning: Binning
  readonly paths: z.output<typeof recordPaths>
}

/** One record as the log carries it. */
export interface RawRecord {
  readonly value: Uint8Array | null
  /** The broker's time, milliseconds since 1970. */
  readonly timestampMs: number
}

/** One prediction-log format: one file, one line in `formats/index.ts`, one page under `docs/formats`. */
export interface Format {
  readonly name: string
  readonly title: string
  /** Prepares a decoder; it never throws, a record that cannot be read is `bad` with the reason. */
  decoder(input: DecoderInput): (record: RawRecord) => DecodeResult
}
