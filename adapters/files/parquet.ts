import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Cell, RowSink } from './table.ts'

/** Rows of a Parquet file, one row group in memory at a time. Throws FILE_UNREADABLE. */
export async function readParquet(
  path: string,
  file: string,
  sink: RowSink,
): Promise<readonly string[]> {
  let rowStart = 0
  try {
    const buffer = await asyncBufferFromFile(path)
    const metadata = await parquetMetadataAsync(buffer)
    const names = parquetSchema(metadata).children.map(({ element }) => element.name)
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows)
      const rows = await parquetReadObjects({
        file: buffer,
        metadata,
        rowStart,
        rowEnd,
        compressors,
      })
      for (const row of rows) {
        sink(
          names,
          names.map((name) => cellOf(row[name])),
        )
      }
      rowStart = rowEnd
    }
    return names
  } catch (cause) {
    if (cause instanceof DriftgateError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    const place = rowStart === 0 ? '' : `, after row ${rowStart},`
    throw new DriftgateError('FILE_UNREADABLE', { file, place, reason }, { cause })
  }
}

/** Whole numbers of 64 bits lose what a double cannot hold; instants are text; lists and objects are no value. */
function cellOf(value: unknown): Cell {
  switch (typeof value) {
    case 'bigint':
      return Number(value)
    case 'string':
    case 'number':
    case 'boolean':
      return value
    default:
      return value instanceof Date ? value.toISOString() : undefined
  }
}
