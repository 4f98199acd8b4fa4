import { type LedgerFault, ledgerFault } from '../../contracts/ledger.ts'
import type { Db } from './pool.ts'

/**
 * Where the joins of a reading do not add up, by their number: joins that are done follow each other; the parts of one
 * hold its rows, less those that were merged; every half that the last one could see was counted once by one of them;
 * those that none has seen are there as their slices say, and so are the ids that joins left. All of it holds at every
 * moment, while slices and joins are committed.
 */
export async function joinFaults(db: Db, reading: string): Promise<LedgerFault[]> {
  const { rows } = await db.query<LedgerFault>(
    `with joins as (select * from joins where reading = $1),
     last as (select * from joins where joined_at is not null order by number desc limit 1),
     seen as (
       select c.key::int as partition, b.value::bigint as began, c.value::bigint as cut
       from last cross join jsonb_each_text(last.cut) c
       join jsonb_each_text(last.began) b using (key)
     ), slices as (
       select s.partition, s.from_offset, s.to_offset, s.halves - s.erased_halves as halves,
              coalesce(s.from_offset >= seen.began and s.to_offset <= seen.cut, false) as is_seen,
              coalesce(s.from_offset < seen.cut and s.to_offset > seen.began, false) as is_touched
       from ledger_slices s left join seen using (partition) where s.reading = $1
     ), found as (
       select 'GAP' as fault, -1 as partition, last.number as "offset",
              last.number as expected, count(*) as found
       from last join joins on joins.number <= last.number and joins.joined_at is not null
       group by last.number having count(*) <> last.number
       union all
       select 'JOINS', -1, joins.number, joins.rows - joins.moved_rows, coalesce(held.rows, 0)
       from joins left join (
         select to_offset, sum(rows) as rows from parts
         where reading = $1 and partition = -1 and segment = '' group by to_offset) held
         on held.to_offset = joins.number
       where joins.joined_at is not null and joins.rows - joins.moved_rows <> coalesce(held.rows, 0)
       union all
       select 'HALVES', -1, last.number, wanted.halves, counted.halves
       from last cross join lateral (
         select (select coalesce(sum(halves), 0) from slices where is_seen)
           + (select coalesce(sum(r.halves - r.erased_halves), 0)
              from ledger_repairs r join slices using (partition, from_offset)
              where r.reading = $1 and r.number <= last.repairs and slices.is_seen) as halves) wanted
       cross join lateral (
         select coalesce(sum(requests + responses + repeated), 0) as halves
         from join_counts where reading = $1 and number <= last.number) counted
       where wanted.halves <> counted.halves
         -- A slice may reach beyond the cut of a join whose window was planned before a later one was read.
         and not exists (select from slices where is_touched and not is_seen)
       union all
       select 'HALVES', s.partition, s.from_offset, s.halves, count(h.*)
       from slices s left join halves h on h.reading = $1 and h.partition = s.partition
         and h."offset" >= s.from_offset and h."offset" < s.to_offset and h.repair = 0
       where not s.is_touched
       group by s.partition, s.from_offset, s.halves having count(h.*) <> s.halves
       union all
       select 'IDS', -1, coalesce(joins.number, known.number), coalesce(joins.ids, 0), coalesce(known.ids, 0)
       from joins full join (
         select number, count(*) as ids from joined_ids
         where reading = (select number from readings where id = $1) group by number) known using (number)
       where coalesce(joins.ids, 0) <> coalesce(known.ids, 0)
       union all
       select 'STRAY', p.partition, p.from_offset, 0, sum(p.rows)
       from parts p left join joins on joins.number = p.to_offset and joins.joined_at is not null
       where p.reading = $1 and p.partition = -1
         and (joins.number is null or p.from_offset <> p.to_offset - 1)
       group by p.partition, p.from_offset
     )
     select fault, partition, "offset"::text, expected::text, found::text from found
     order by partition, found."offset", fault limit 100`,
    [reading],
  )
  return rows.map((row) => ledgerFault.parse(row))
}
