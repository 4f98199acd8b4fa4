import { type LedgerFault, ledgerFault } from '../../contracts/ledger.ts'
import type { Db } from './pool.ts'

/**
 * Where the rows of predictions of a reading do not add up: what brought them kept every row where all are kept, none
 * where none are, and of a sample only rows of it; they are there, as many as were kept, less what retention removed.
 */
export async function predictionFaults(db: Db, reading: string): Promise<LedgerFault[]> {
  const { rows } = await db.query<LedgerFault>(
    `with told as (
       select partition, from_offset, 0 as repair, good + more_rows - halves as counted, predictions as kept,
              prediction_rate as rate, lifted_predictions as lifted
       from ledger_slices where reading = $1
       union all
       select partition, from_offset, number, good + more_rows - halves, predictions, prediction_rate,
              lifted_predictions
       from ledger_repairs where reading = $1
       union all
       select -1, number - 1, 0, rows, predictions, prediction_rate, lifted_predictions
       from joins where reading = $1 and joined_at is not null
     ), there as (
       select p.partition, p.from_offset, p.repair, count(*) as rows,
              -- The id itself, or the digest that stands for it.
              count(*) filter (where t.rate < 1 and (
                'x' || case when p.id ~ '^sha256:[0-9a-f]{64}$' then substr(p.id, 8, 8)
                  else encode(substr(sha256(convert_to(p.id, 'UTF8')), 1, 4), 'hex') end
              )::bit(32)::bigint >= t.rate * 4294967296) as outside
       from predictions p
       left join told t on t.partition = p.partition and t.from_offset = p.from_offset and t.repair = p.repair
       where p.reading = (select number from readings where id = $1)
       group by p.partition, p.from_offset, p.repair
     ), found as (
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
     )
     select fault, partition, "offset"::text, expected::text, found::text from found
     order by partition, found."offset", fault limit 100`,
    [reading],
  )
  return rows.map((row) => ledgerFault.parse(row))
}
