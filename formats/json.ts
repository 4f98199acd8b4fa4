import type { DecodeResult, PackedResult } from '../contracts/prediction.ts'
import type { DecoderInput, Format, RawRecord } from './format.ts'
import { JsonPacker } from './json-packer.ts'
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
  packedDecoder: (input) => templateDecoder(input).packed,
}

/** The decoder, that of packed rows, and how many records were read without `JSON.parse`. */
export function templateDecoder(input: DecoderInput): {
  readonly decode: (record: RawRecord) => DecodeResult
  readonly packed: (record: RawRecord) => PackedResult
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
  const packer = packerOf(input, templates)
  const packedRow = packer && ({ kind: 'packed', row: packer.row } as const)
  const packed = (record: RawRecord): PackedResult => {
    const matched = templates.match(record)
    if (matched === null) return parse(record)
    const { slots, places } = matched
    if (packer !== null && packedRow !== null && places !== null) {
      const found = packer.pack(slots, places, record.timestampMs)
      if (found === 'packed') return packedRow
      if (found === 'foreign') return foreign
    }
    try {
      return row(matched.read(), record.timestampMs)
    } catch (error) {
      return badRecord(error, input)
    }
  }
  const decode = (record: RawRecord): DecodeResult => {
    const found = packed(record)
    if (found.kind !== 'packed') return found
    const { id, timeMs, version, values } = found.row
    return { kind: 'row', row: { id, timeMs, version, values } }
  }
  return { decode, packed, taken: () => templates.taken }
}

const foreign = { kind: 'foreign' } as const

/** Null: a feature is derived of what a record holds. */
function packerOf(input: DecoderInput, templates: JsonTemplates): JsonPacker | null {
  const { features } = input.binning
  if (features.some(({ from }) => from !== undefined)) return null
  return new JsonPacker(
    input,
    features.map(({ name }) => templates.textsOf(name)),
  )
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
