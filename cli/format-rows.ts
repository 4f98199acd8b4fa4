import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type Half, type PredictionRow, scoreFeature } from '../contracts/prediction.ts'
import { recordLayout } from '../contracts/record-layout.ts'
import { type FileSchemas, valueIn } from './file-schemas.ts'

type Logged = Pick<ModelSettings, 'features' | 'log'>

/** Of one record: its rows with one raw value for each name, or that half of them; null: it is of another model. */
export type FormatRows = { readonly rows: readonly PredictionRow[]; readonly half?: Half } | null

/**
 * Reads a record of a file (one line of it) as the format of the log has it; null where the log is JSON, whose records
 * `readReferenceRows` reads itself. Of a format whose records name their schemas, which are bytes, a line holds them as
 * base64 in `value`. The reader throws where the record cannot be read. Throws USAGE for features that are derived from
 * more than a number or a text.
 */
export async function formatReader(
  model: string,
  settings: Logged,
  names: readonly string[],
  schemas?: FileSchemas,
): Promise<((record: object) => FormatRows) | null> {
  const { log, features } = settings
  if (log.format === 'json') return null
  const { decoderOf, formatNamed } = await import('../formats/index.ts')
  const { unpacked } = await import('../formats/format.ts')
  const format = formatNamed(log.format)
  if (format === undefined) return null
  const isFramed = format.schemas !== undefined
  const other = Object.entries(features).find(
    ([, { type }]) => !['numeric', 'categorical', 'text'].includes(type),
  )
  if (other !== undefined) {
    // Rows that somebody decoded are read as any others.
    if (isFramed) return null
    throw wrong(`the ${other[1].type} ${other[0]} is not read of ${format.title}`)
  }
  const isNumber = (name: string) => name === scoreFeature || features[name]?.type === 'numeric'
  // Raw values: a column for each name, whatever is derived of it later.
  const columns = names.map((name) => ({ name, kind: isNumber(name) ? 'numeric' : 'categorical' }))
  const { format: _, ...layout } = recordLayout(settings)
  const decode = decoderOf(format, {
    ...{ ...layout, model, binning: { features: columns } as Binning },
    ...(schemas && { schemas: schemas.lookup }),
  })
  return (record) => {
    const value = isFramed ? valueIn(record) : Buffer.from(JSON.stringify(record))
    // A line has no headers: an event that stands in one as a whole is of the structured mode.
    const headers = 'specversion' in record ? structured : {}
    const result = unpacked(decode({ value, timestampMs: Number.NaN, headers }))
    switch (result.kind) {
      case 'foreign':
        return null
      case 'bad':
        throw new Error(result.reason)
      case 'row':
        return { rows: [result.row], ...(result.half && { half: result.half }) }
      case 'rows':
        return { rows: result.rows, ...(result.half && { half: result.half }) }
    }
  }
}

const structured = { 'content-type': 'application/cloudevents+json' }

const wrong = (reason: string) =>
  new DriftgateError('USAGE', {
    reason,
    fix: 'give flat rows, a column for each feature (CSV, Parquet), or replay stored windows without --log',
  })
