import type { DecodeResult } from '../contracts/prediction.ts'
import type { DecoderInput } from './format.ts'
import { memberReader, stepsOf } from './json-value.ts'
import { featureReader, rowMaker } from './row-maker.ts'

export interface ObjectOptions {
  /** An empty text is one that nobody wrote: an empty id is none, an empty model's name says nothing. */
  readonly emptyIsAbsent?: boolean
}

/** Prepares the reading of one prediction from an object by the configured paths. It may throw Unreadable. */
export function objectReader(
  input: DecoderInput,
  { emptyIsAbsent = false }: ObjectOptions = {},
): (record: object, timestampMs: number) => DecodeResult {
  const at = (path: string) => memberReader(stepsOf(path))
  const { paths } = input
  const [id, time, model, version] = [
    at(paths.id),
    at(paths.time),
    at(paths.model),
    at(paths.version),
  ]
  const features = featureReader(input)
  const row = rowMaker(input)
  const said = (value: unknown) => (emptyIsAbsent && value === '' ? undefined : textOf(value))
  return (record, timestampMs) => {
    const parts = {
      id: said(id(record)),
      time: time(record),
      model: said(model(record)),
      version: said(version(record)),
      raw: features(record),
    }
    return row(parts, timestampMs)
  }
}

/** An id beyond what a number can hold is the same text that its writer sees. */
const textOf = (value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
