import type pg from 'pg'
import { noteErased } from './erasures.ts'
import { type Db, transaction } from './pool.ts'
import { openedRows, type RowOwner, rowRules, type SealedColumn } from './row-cipher.ts'
import { mayHold } from './sampled-row.ts'

/** Takes rows out of a sample; null: it holds none of them. */
export type EraseFromSample = (
  bytes: Uint8Array,
) => { readonly bytes: Uint8Array; readonly rows: number } | null

/** What is looked for, and by which erasure. */
export interface SampleErasure {
  readonly number: number
  readonly model: string
  /** How the line of its row begins. */
  readonly line: Uint8Array
  readonly erase: EraseFromSample
}

/** So much event time is looked at in one transaction, milliseconds. */
const stretchMs = 86_400_000

const tables = ['parts', 'merged_parts'] as const
/** The end of its event time; of a part as it was read, whose bucket says it, anything in the bucket. */
const untilOf = { parts: "bucket + interval '1 millisecond'", merged_parts: 'until' } as const

/**
 * Takes a row out of the samples of the parts of a reading, day by day of event time, each in a transaction. What is new
 * meanwhile does not hold it, and parts are not merged while somebody erases from them.
 */
export async function eraseFromParts(
  pool: pg.Pool,
  reading: string,
  erasure: SampleErasure,
  onStep: (bucket: Date) => void = () => {},
): Promise<void> {
  for (const table of tables) {
    for (let after: Date | null = null; ; ) {
      const first: Date | null = await nextBucket(pool, table, reading, after)
      if (first === null) break
      after = new Date(first.getTime() + stretchMs)
      await eraseStretch(pool, { table, reading, from: first, to: after }, erasure)
      onStep(first)
    }
  }
}

/** How many rows of samples hold it. */
export async function countInParts(
  db: Db,
  reading: string,
  { line, erase }: SampleErasure,
): Promise<number> {
  let count = 0
  for (const table of tables) {
    const { rows } = await db.query<StoredSample>(
      `select sample, key_id from ${table}
       where reading = $1 and sample is not null and ${mayHold('$2')}`,
      [reading, line],
    )
    count += await rowsIn(db, { reading }, `${table}.sample`, rows, erase)
  }
  return count
}

async function nextBucket(
  db: Db,
  table: string,
  reading: string,
  after: Date | null,
): Promise<Date | null> {
  const { rows } = await db.query<{ bucket: Date | null }>(
    `select min(bucket) as bucket from ${table}
     where reading = $1 and sample is not null and bucket >= coalesce($2, '-infinity'::timestamptz)`,
    [reading, after],
  )
  return rows[0]?.bucket ?? null
}

interface Stretch {
  readonly table: (typeof tables)[number]
  readonly reading: string
  readonly from: Date
  readonly to: Date
}

async function eraseStretch(
  pool: pg.Pool,
  { table, reading, from, to }: Stretch,
  { number, model, line, erase }: SampleErasure,
): Promise<void> {
  await transaction(pool, async (client) => {
    const { rows } = await client.query<{
      place: string
      bucket: Date
      until: Date
      sample: Buffer
      key_id: string | null
    }>(
      `select ctid::text as place, bucket, ${untilOf[table]} as until, sample, key_id
       from ${table} where reading = $1 and bucket >= $2 and bucket < $3 and sample is not null
         and ${mayHold('$4')} for update`,
      [reading, from, to, line],
    )
    const { cipher } = await rowRules(client, { reading })
    const column = `${table}.sample` as const
    let count = 0
    for (const { place, bucket, until, sample, key_id: keyId } of rows) {
      const left = erase(cipher.open(column, sample, keyId))
      if (left === null) continue
      count += left.rows
      await client.query(
        // A bucket lies in one table of the partitioned one.
        `update ${table} set sample = $4, key_id = $5
         where reading = $1 and bucket = $2 and ctid = $3::tid`,
        [reading, bucket, place, cipher.seal(column, left.bytes), cipher.keyId],
      )
      await client.query(
        `insert into erased_samples (number, model, reading, bucket, until) values ($1, $2, $3, $4, $5)`,
        [number, model, reading, bucket, until],
      )
    }
    await noteErased(client, number, 'samples', count)
  })
}

/** The same of references, in force or former, and of what was proposed as one. Each in a transaction. */
export async function eraseFromReferences(pool: pg.Pool, erasure: SampleErasure): Promise<void> {
  const { number, model, line, erase } = erasure
  for (const [table, place, digest] of referenceTables) {
    await transaction(pool, async (client) => {
      await client.query(`set local driftgate.erasing = 'on'`)
      const { rows } = await client.query<{ at: string; digest: string } & StoredSample>(
        `select ctid::text as at, ${digest} as digest, sample, key_id from ${table}
         where model = $1 and sample is not null and ${mayHold('$2')} for update`,
        [model, line],
      )
      const { cipher } = await rowRules(client, { model })
      const column = `${table}.sample` as const
      let count = 0
      for (const { at, digest: profile, sample, key_id: keyId } of rows) {
        const left = erase(cipher.open(column, sample, keyId))
        if (left === null) continue
        count += left.rows
        await client.query(`update ${table} set sample = $2, key_id = $3 where ctid = $1::tid`, [
          ...[at, cipher.seal(column, left.bytes), cipher.keyId],
        ])
        await client.query(
          'insert into erased_samples (number, model, reference) values ($1, $2, $3)',
          [number, model, profile],
        )
        // A row may be one that the guard measures from.
        await client.query('delete from guard_fits where profile = $1', [profile])
      }
      await noteErased(client, number, place, count)
    })
  }
  await eraseFromGuard(pool, erasure)
}

/** Rows that are kept for the input guard alone: no verdict rests on them. */
async function eraseFromGuard(pool: pg.Pool, erasure: SampleErasure): Promise<void> {
  const { number, model, line, erase } = erasure
  await transaction(pool, async (client) => {
    const { rows } = await client.query<{ profile: string; version: string } & StoredSample>(
      `select profile, model_version as version, sample, key_id from guard_rows
       where model = $1 and ${mayHold('$2')} for update`,
      [model, line],
    )
    const { cipher } = await rowRules(client, { model })
    let count = 0
    for (const { profile, version, sample, key_id: keyId } of rows) {
      const left = erase(cipher.open('guard_rows.sample', sample, keyId))
      if (left === null) continue
      count += left.rows
      await client.query(
        `update guard_rows
         set sample = $4, key_id = $6, rows = rows - $5, stored_at = clock_timestamp()
         where model = $1 and model_version = $2 and profile = $3`,
        [
          ...[model, version, profile, cipher.seal('guard_rows.sample', left.bytes), left.rows],
          cipher.keyId,
        ],
      )
      await client.query('delete from guard_fits where profile = $1', [profile])
    }
    await noteErased(client, number, 'references', count)
  })
}

const referenceTables = [
  ['model_references', 'references', 'profile'],
  ['proposed_references', 'proposals', `proposal ->> 'profile'`],
] as const

export async function countInReferences(
  db: Db,
  { model, line, erase }: SampleErasure,
): Promise<{ references: number; proposals: number }> {
  const counts: number[] = []
  for (const table of ['model_references', 'proposed_references', 'guard_rows'] as const) {
    const { rows } = await db.query<StoredSample>(
      `select sample, key_id from ${table}
       where model = $1 and sample is not null and ${mayHold('$2')}`,
      [model, line],
    )
    counts.push(await rowsIn(db, { model }, `${table}.sample`, rows, erase))
  }
  const [references = 0, proposals = 0, forGuard = 0] = counts
  return { references: references + forGuard, proposals }
}

interface StoredSample {
  readonly sample: Buffer
  readonly key_id: string | null
}

/** How many rows of samples are found. */
async function rowsIn(
  db: Db,
  owner: RowOwner,
  column: SealedColumn,
  samples: readonly StoredSample[],
  erase: EraseFromSample,
): Promise<number> {
  const rows = await openedRows(
    db,
    owner,
    samples,
    ({ sample, key_id: keyId }, cipher) => erase(cipher.open(column, sample, keyId))?.rows ?? 0,
  )
  return rows.reduce((sum, count) => sum + count, 0)
}
