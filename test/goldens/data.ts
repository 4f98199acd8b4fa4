import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** The columns of a data file that a case names, read beside the golden file; texts that are no numbers stay texts. */
export function dataColumns(dir: string, name: string): Map<string, readonly (number | string)[]> {
  const text = gunzipSync(readFileSync(join(dir, 'data', `${name}.csv.gz`))).toString('utf8')
  const [header = '', ...lines] = text.trimEnd().split(/\r?\n/)
  const rows = lines.map((line) => line.split(','))
  return new Map(
    header.split(',').map((column, i) => {
      const values = rows.map((row) => row[i] ?? '')
      const isNumeric = values.every((value) => value === '' || !Number.isNaN(Number(value)))
      return [
        column,
        isNumeric ? values.map((value) => (value === '' ? Number.NaN : Number(value))) : values,
      ]
    }),
  )
}

/** Rows [first, last] of each of equally long chunks; what is left over is a chunk of its own. */
export const chunkRows = (rows: number, size: number): [number, number][] =>
  Array.from({ length: Math.ceil(rows / size) }, (_, i) => [
    i * size,
    Math.min(rows, (i + 1) * size) - 1,
  ])
