import type { Db } from './pool.ts'

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
  const { rows } = await db.query<{ sample: Buffer }>(
    `select sample from parts
     where reading = $1 and segment = '' and bucket <= $2 and bucket > $2 - $4::float8 * interval '1 millisecond'
       and position($3 in sample) > 0
     union all
     select sample from merged_parts
     where reading = $1 and segment = '' and bucket <= $2 and until > $2 and position($3 in sample) > 0`,
    [reading, at, line, bucketMs],
  )
  return rows.map(({ sample }) => sample)
}
