import type { DecodeResult, PackedResult } from '../contracts/prediction.ts'
import { failurePath, failureReader, hasScore } from './failed-answer.ts'
import {
  type DecodeAll,
  type DecoderInput,
  type Format,
  type RawRecord,
  unpacked,
} from './format.ts'
import { JsonPacker } from './json-packer.ts'
import { JsonTemplates, type Matched } from './json-templates.ts'
import { parseObject, stepsOf } from './json-value.ts'
import { objectReader } from './object-record.ts'
import { badRecord, featureSteps, rowMaker } from './row-maker.ts'

/** Flat or nested JSON objects, one prediction a record; dots in a path walk into objects and lists. */
export const json: Format = {
  name: 'json',
  title: 'JSON object',
  needs: [],
  kinds: ['prediction', 'pair'],
  trainable: true,
  answered: { error: failurePath, latency: 'latencyMs' },
  decoder: (input) => templateDecoder(input).decode,
  packedDecoder: (input) => templateDecoder(input).packed,
  together: (inputs) => templatesTogether(inputs).decode,
}

/** The decoder, that of packed rows, and how many records were read without `JSON.parse`. */
export function templateDecoder(input: DecoderInput): {
  readonly decode: (record: RawRecord) => DecodeResult
  readonly packed: (record: RawRecord) => PackedResult
  readonly taken: () => number
} {
  const { decode: all, taken } = templatesTogether([input])
  const packed = (record: RawRecord) => all(record)[0] as PackedResult
  return { decode: (record) => unpacked(packed(record)), packed, taken }
}

/** The packed rows of several inputs: a record is matched once, or parsed once where no template fits. */
function templatesTogether(inputs: readonly DecoderInput[]): {
  readonly decode: DecodeAll
  readonly taken: () => number
} {
  const templates = new JsonTemplates(
    inputs.map((input) => ({
      id: stepsOf(input.paths.id),
      time: stepsOf(input.paths.time),
      model: stepsOf(input.paths.model),
      version: stepsOf(input.paths.version),
      features: featureSteps(input),
      failure: hasScore(input.binning)
        ? { error: stepsOf(failurePath), score: stepsOf(input.paths.score) }
        : null,
    })),
  )
  const readers = inputs.map((input, index) => matchedReader(input, index, templates))
  const parse = parsedReader(inputs, templates)
  const results: PackedResult[] = []
  const decode = (record: RawRecord) => {
    const matched = templates.match(record)
    if (matched === null) return parse(record)
    for (let i = 0; i < readers.length; i++) {
      const read = readers[i] as (typeof readers)[0]
      results[i] = read(matched, record.timestampMs)
    }
    return results
  }
  return { decode, taken: () => templates.taken }
}

function matchedReader(input: DecoderInput, index: number, templates: JsonTemplates) {
  const row = rowMaker(input)
  const packer = packerOf(input, index, templates)
  const packedRow = packer && ({ kind: 'packed', row: packer.row } as const)
  return ({ slots, readers }: Matched, timestampMs: number): PackedResult => {
    const { places, read, failed } = readers[index] as (typeof readers)[0]
    if (failed?.()) return foreign
    if (packer !== null && packedRow !== null && places !== null) {
      const found = packer.pack(slots, places, timestampMs)
      if (found === 'packed') return packedRow
      if (found === 'foreign') return foreign
    }
    try {
      return row(read(), timestampMs)
    } catch (error) {
      return badRecord(error, input)
    }
  }
}

/** Reads with `JSON.parse`, and learns from what is a JSON object. */
function parsedReader(inputs: readonly DecoderInput[], templates: JsonTemplates): DecodeAll {
  const readers = inputs.map((input) => predictionReader(input))
  return ({ value, timestampMs }) => {
    let parsed: object
    try {
      parsed = parseObject(value)
      if (value !== null) templates.learn(value)
    } catch (error) {
      return inputs.map((input) => badRecord(error, input))
    }
    return inputs.map((input, i) => {
      try {
        return (readers[i] as (typeof readers)[0])(parsed, timestampMs)
      } catch (error) {
        return badRecord(error, input)
      }
    })
  }
}

const foreign = { kind: 'foreign' } as const

function predictionReader(input: DecoderInput): ReturnType<typeof objectReader> {
  const read = objectReader(input)
  const failed = failureReader(input)
  return (record, timestampMs) => (failed(record) ? foreign : read(record, timestampMs))
}

/** Null: a feature is derived of what a record holds. */
function packerOf(input: DecoderInput, index: number, templates: JsonTemplates): JsonPacker | null {
  const { features } = input.binning
  if (features.some(({ from }) => from !== undefined)) return null
  return new JsonPacker(
    input,
    features.map(({ name }) => templates.textsOf(index, name)),
  )
}

/** Reads every record with `JSON.parse`. */
export function parsingDecoder(input: DecoderInput): (record: RawRecord) => DecodeResult {
  const read = predictionReader(input)
  return ({ value, timestampMs }) => {
    try {
      return read(parseObject(value), timestampMs)
    } catch (error) {
      return badRecord(error, input)
    }
  }
}
