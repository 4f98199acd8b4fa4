import type { Db } from './pool.ts'
import { openedRows, type SealedColumn } from './row-cipher.ts'

/** Of a sample that is encrypted nobody knows before it is opened. */
export const mayHold = (line: string): string =>
  `(case when key_id is null then position(${line} in sample) > 0 else sample is not null end)`

/**
 * Samples of a reading that may hold a row (by how its line begins), of parts whose event time holds a moment; `bucketMs`:
 * width of a bucket.
 */
export async function samplesWith(
  db: Db,
  reading: string,
  {
    line,
    at,
    bucketMs,
  }: { readonly line: Uint8Array; readonly at: Date; readonly bucketMs: number },
): Promise<Uint8Array[]> {
  const { rows } = await db.query<{
    sample: Buffer
    key_id: string | null
    sealed_in: SealedColumn
  }>(
    `select sample, key_id, 'parts.sample' as sealed_in from parts
     where reading = $1 and segment = '' and bucket <= $2 and bucket > $2 - $4::float8 * interval '1 millisecond'
       and ${mayHold('$3')}
     union all
     select sample, key_id, 'merged_parts.sample' from merged_parts
     where reading = $1 and segment = '' and bucket <= $2 and until > $2 and ${mayHold('$3')}`,
    [reading, at, line, bucketMs],
  )
  const samples = await openedRows(db, { reading }, rows, (row, cipher) =>
    Buffer.from(cipher.open(row.sealed_in, row.sample, row.key_id)),
  )
  return samples.filter((sample) => sample.includes(Buffer.from(line)))
}
