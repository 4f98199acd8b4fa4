import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type PredictionRow, scoreFeature } from '../contracts/prediction.ts'
import { recordLayout } from '../contracts/record-layout.ts'

type Logged = Pick<ModelSettings, 'features' | 'log'>

/** Of one record: its rows with one raw value for each name; null: it is of another model. */
export type FormatRows = { readonly rows: readonly PredictionRow[] } | null

/**
 * Reads a record of a file (one line of it) as the format of the log has it; null where the log is JSON, whose records
 * `readReferenceRows` reads itself. The reader throws where the record cannot be read. Throws USAGE for a log of
 * requests and responses apart, and for features that are derived from more than a number or a text.
 */
export async function formatReader(
  model: string,
  settings: Logged,
  names: readonly string[],
): Promise<((record: object) => FormatRows) | null> {
  const { log, features } = settings
  if (log.format === 'json') return null
  const { decoderOf, formatNamed } = await import('../formats/index.ts')
  const { unpacked } = await import('../formats/format.ts')
  const format = formatNamed(log.format)
  // Bytes with a schema: nobody writes them as lines.
  if (format === undefined || format.schemas !== undefined) return null
  if (log.kind === 'pair') {
    throw wrong(`${model} has requests and responses apart, which a file cannot join`)
  }
  const other = Object.entries(features).find(
    ([, { type }]) => !['numeric', 'categorical', 'text'].includes(type),
  )
  if (other !== undefined) {
    throw wrong(`the ${other[1].type} ${other[0]} is not read of ${format.title}`)
  }
  const isNumber = (name: string) => name === scoreFeature || features[name]?.type === 'numeric'
  // Raw values: a column for each name, whatever is derived of it later.
  const columns = names.map((name) => ({ name, kind: isNumber(name) ? 'numeric' : 'categorical' }))
  const { format: _, ...layout } = recordLayout(settings)
  const decode = decoderOf(format, { ...layout, model, binning: { features: columns } as Binning })
  return (record) => {
    const value = Buffer.from(JSON.stringify(record))
    // A line has no headers: an event that stands in one as a whole is of the structured mode.
    const headers = 'specversion' in record ? structured : {}
    const result = unpacked(decode({ value, timestampMs: Number.NaN, headers }))
    switch (result.kind) {
      case 'foreign':
        return null
      case 'bad':
        throw new Error(result.reason)
      case 'row':
        return { rows: [result.row] }
      case 'rows':
        return { rows: result.rows }
    }
  }
}

const structured = { 'content-type': 'application/cloudevents+json' }

const wrong = (reason: string) =>
  new DriftgateError('USAGE', {
    reason,
    fix: 'give flat rows, a column for each feature (CSV, Parquet), or replay stored windows without --log',
  })
