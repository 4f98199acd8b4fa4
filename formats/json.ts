import type { DecodeResult } from '../contracts/prediction.ts'
import type { DecoderInput, Format, RawRecord } from './format.ts'
import { JsonTemplates } from './json-templates.ts'
import { parseObject, stepsOf } from './json-value.ts'
import { objectReader } from './object-record.ts'
import { badRecord, featureSteps, rowMaker } from './row-maker.ts'

/** Flat or nested JSON objects, one prediction a record; dots in a path walk into objects and lists. */
export const json: Format = {
  name: 'json',
  title: 'JSON object',
  needs: [],
  kinds: ['prediction'],
  trainable: true,
  decoder: (input) => templateDecoder(input).decode,
}

/** The decoder, and how many records it read without `JSON.parse`. */
export function templateDecoder(input: DecoderInput): {
  readonly decode: (record: RawRecord) => DecodeResult
  readonly taken: () => number
} {
  const { paths } = input
  const templates = new JsonTemplates({
    id: stepsOf(paths.id),
    time: stepsOf(paths.time),
    model: stepsOf(paths.model),
    version: stepsOf(paths.version),
    features: featureSteps(input),
  })
  const row = rowMaker(input)
  const parse = parsingDecoder(input, (value) => templates.learn(value))
  const decode = (record: RawRecord) => {
    const parts = record.value === null ? null : templates.match(record.value)
    if (parts === null) return parse(record)
    try {
      return row(parts, record.timestampMs)
    } catch (error) {
      return badRecord(error, input)
    }
  }
  return { decode, taken: () => templates.taken }
}

/** Reads every record with `JSON.parse`, and tells of each that is a JSON object. */
export function parsingDecoder(
  input: DecoderInput,
  onParsed: (value: Uint8Array) => void = () => {},
): (record: RawRecord) => DecodeResult {
  const read = objectReader(input)
  return ({ value, timestampMs }) => {
    try {
      const parsed = parseObject(value)
      if (value !== null) onParsed(value)
      return read(parsed, timestampMs)
    } catch (error) {
      return badRecord(error, input)
    }
  }
}
