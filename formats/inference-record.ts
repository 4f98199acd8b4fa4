import { z } from 'zod'
import { type DecodeResult, type Half, isAnswer } from '../contracts/prediction.ts'
import type { DecoderInput, RawRecord } from './format.ts'
import { inferenceRows } from './inference-rows.ts'
import { property } from './json-value.ts'
import { badRecord, featureReader, rowMaker } from './row-maker.ts'

export const inferenceOptions = z.strictObject({
  /** The name under which the log knows the model; that of the configuration unless said. */
  name: z.string().min(1).optional(),
  /** Attributes that must be so; records with others are not for this reading. */
  where: z.record(z.string(), z.string()).default({}),
})

/** What is known of a record before its rows are. */
export interface Envelope {
  /** Null: neither a request nor a response. */
  readonly half: Half | null
  readonly id: unknown
  /** Undefined: the broker's time stands for it. */
  readonly time: unknown
  /** The name of the model. */
  readonly model: unknown
  /** Undefined: the body may say it. */
  readonly version?: unknown
  readonly attribute: (name: string) => string | undefined
  /** The parsed body. It may throw an Error, as may whatever opens a record. */
  readonly body: () => unknown
}

/**
 * Prepares the decoder of a format that logs requests and responses apart, of one of them or of both: `open` tells what a record is, its rows
 * follow from its body. Several rows of one record are numbered after its id, `id/0` and so on, and are all good or
 * all bad. The paths of a score, a class and a feature begin at the row.
 */
export function inferenceDecoder(
  input: DecoderInput,
  open: (record: RawRecord) => Envelope | null,
): (record: RawRecord) => DecodeResult {
  const { name = input.model, where } = inferenceOptions.parse(input.options ?? {})
  const wanted = Object.entries(where)
  const kind = input.kind ?? 'request'
  const ofRow = { ...input, paths: { ...input.paths, features: '' } }
  const features = featureReader(ofRow)
  const makeRow = rowMaker(ofRow)
  const isForeign = (found: Envelope) =>
    (kind !== 'pair' && found.half !== kind) ||
    (typeof found.model === 'string' && found.model !== name) ||
    wanted.some(([attribute, value]) => found.attribute(attribute) !== value)

  const decode = (record: RawRecord): DecodeResult => {
    const found = open(record)
    if (found === null || found.half === null || isForeign(found)) return { kind: 'foreign' }
    const { half } = found
    const body = found.body()
    const rows = inferenceRows(body, half)
    const made = []
    for (const [index, row] of rows.entries()) {
      const raw = features(row)
      const result = makeRow(
        {
          id: rows.length === 1 || !found.id ? found.id : `${found.id}/${index}`,
          time: found.time ?? (record.timestampMs < 0 ? undefined : record.timestampMs),
          model: undefined,
          version: found.version ?? property(body, 'model_version'),
          raw: kind === 'response' ? raw : only(half, raw),
        },
        record.timestampMs,
      )
      if (result.kind !== 'row') return result
      made.push(result.row)
    }
    const [first] = made
    const of = kind === 'pair' ? { half } : {}
    return first !== undefined && made.length === 1
      ? { kind: 'row', row: first, ...of }
      : { kind: 'rows', rows: made, ...of }
  }
  return (record) => {
    try {
      return decode(record)
    } catch (error) {
      return badRecord(error, ofRow)
    }
  }
}

/** A request has no score, and what was asked is not in its answer, whatever their members are named. */
const only = (half: Half, raw: (feature: string) => unknown) => (feature: string) =>
  isAnswer(feature) === (half === 'response') ? raw(feature) : undefined
