import { type LedgerFault, ledgerFault } from '../../contracts/ledger.ts'
import type { Db } from './pool.ts'
import { type CountedDays, countedDays, origins, rowsThere } from './prediction-counts.ts'

/** How many tables of predictions a proof counted, and of how many a count before still holds. */
export interface PredictionProof {
  readonly faults: readonly LedgerFault[]
  readonly days: { readonly counted: number; readonly kept: number }
}

/** Somebody wrote into a day, or dropped one, while it was asked which are to be counted. */
const mostAttempts = 5

/**
 * Where the rows of predictions of a reading do not add up: what brought them kept every row where all are kept, none
 * where none are, and of a sample only rows of it; they are there, as many as were kept, less what retention removed.
 * Days that were counted before count as then while PostgreSQL's own counters say that their table has not changed;
 * `deep`: every row is counted.
 */
export async function predictionFaults(
  db: Db,
  reading: string,
  deep = false,
): Promise<PredictionProof> {
  for (let attempt = 1; ; attempt++) {
    const days = await countedDays(db, deep || attempt >= mostAttempts)
    const faults = await faultsIn(db, reading, days)
    if (faults === null) continue
    return { faults, days: { counted: days.tables.length, kept: days.kept.length } }
  }
}

/** Null: the days are not as they were any more. */
async function faultsIn(db: Db, reading: string, days: CountedDays): Promise<LedgerFault[] | null> {
  const { rows: numbers } = await db.query<{ number: number }>(
    'select number from readings where id = $1',
    [reading],
  )
  const { rows } = await db
    .query<Omit<LedgerFault, 'fault'> & { fault: string }>(
      `with told as (select * from (${origins}) as o where number = $1),
       there as (${rowsThere(days)}),
       found as (
         select 'PREDICTIONS' as fault, partition, from_offset as "offset",
                case when rate is null then 0 else counted end as expected, kept as found
         from told
         where kept <> counted and rate = 1 or kept > counted and rate < 1 or kept <> 0 and rate is null
         union all
         select 'PREDICTIONS', t.partition, t.from_offset, t.kept - t.lifted, coalesce(p.rows, 0)
         from told t left join there p using (partition, from_offset, repair)
         where t.kept - t.lifted <> coalesce(p.rows, 0)
         union all
         select 'PREDICTIONS', partition, from_offset, rows - outside, rows from there where outside > 0
         union all
         select 'STRAY', p.partition, p.from_offset, 0, p.rows
         from there p left join told t using (partition, from_offset, repair) where t.kept is null
       ), first as (
         select * from found order by partition, "offset", fault limit 100
       )
       select fault, partition, "offset"::text, expected::text, found::text from first
       union all
       -- In the same snapshot: whoever writes into a day takes its mark away before.
       select 'CHANGED', 0, '0', '0', '0'
       where (select count(*) from prediction_days where mark is not null and day = any($2::date[]))
         <> cardinality($2::date[])`,
      [numbers[0]?.number, days.kept],
    )
    .catch((error: unknown) => {
      // A table that was to be counted is gone with its day.
      if ((error as { code?: string }).code === '42P01') return { rows: null }
      throw error
    })
  if (rows === null || rows.some(({ fault }) => fault === 'CHANGED')) return null
  return rows.map((row) => ledgerFault.parse(row))
}
