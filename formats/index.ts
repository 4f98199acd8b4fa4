import type { ModelSettings, Settings } from '../contracts/config.ts'
import type { Finding } from '../contracts/settings-problem.ts'
import { avro } from './avro.ts'
import { csv } from './csv.ts'
import type { DecodeAll, DecoderInput, Format, RecordKind } from './format.ts'
import { decoderOf } from './half-decoder.ts'
import { json } from './json.ts'
import { kserve } from './kserve.ts'
import { openInference } from './open-inference.ts'
import { protobuf } from './protobuf.ts'
import { seldon } from './seldon.ts'
import { formatFindings } from './settings-findings.ts'

export type { DecodeAll, DecoderInput, Format, RawRecord, RecordKind } from './format.ts'
export { decoderOf } from './half-decoder.ts'

/** Every prediction-log format: one line each. */
export const formats = {
  json,
  csv,
  kserve,
  seldon,
  'open-inference': openInference,
  avro,
  protobuf,
} as const satisfies Record<string, Format>

export const formatNamed = (name: string): Format | undefined =>
  Object.hasOwn(formats, name) ? (formats as Record<string, Format>)[name] : undefined

/** Whether records of one of these formats may hold several rows. */
export const holdSeveralRows = (names: readonly string[]): boolean =>
  names.some((name) => formatNamed(name)?.severalRows ?? false)

/** Decodes each record for several inputs: once where the format has a way, else once for each of them. */
export function decodeTogether(format: Format, inputs: readonly DecoderInput[]): DecodeAll {
  const isWhole = inputs.every(({ kind }) => kind !== 'pair')
  if (format.together !== undefined && isWhole) return format.together(inputs)
  const decoders = inputs.map((input) => decoderOf(format, input))
  return (record) => decoders.map((decode) => decode(record))
}

/** What is wrong with how a model's log is to be read; paths are relative to the model. */
export const logFindings = (
  model: Pick<ModelSettings, 'log' | 'labels' | 'retraining' | 'detection' | 'window'>,
  settings: Pick<Settings, 'schemas'>,
): Finding[] => formatFindings(model, formats, settings)

/** The kind of record that a log is read for. */
export const kindRead = ({ format, kind }: ModelSettings['log']): RecordKind =>
  kind ?? formatNamed(format)?.kinds[0] ?? 'prediction'
