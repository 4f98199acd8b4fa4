import {
  type LedgerFault,
  type LedgerPartition,
  type LedgerReading,
  type LedgerRepair,
  type LedgerSlice,
  ledgerFault,
} from '../../contracts/ledger.ts'
import { repeatedBetween } from './join-counts.ts'
import { joinFaults } from './join-proof.ts'
import type { Db } from './pool.ts'
import { predictionFaults } from './prediction-proof.ts'

/**
 * Every reading of a model, the one in force first, with the sums of its slices, the newest `slices` of each partition, and
 * every place where the ledger does not add up (at most 100 a reading). `deep`: every row of a prediction is counted,
 * also of days whose count is kept.
 */
export async function ledgerOf(
  db: Db,
  model: string,
  slices: number,
  { deep = false }: { readonly deep?: boolean } = {},
): Promise<LedgerReading[]> {
  const { rows } = await db.query<{
    reading: string
    topic: string
    content: LedgerReading['content']
    format: string
    since: Date
    windowsFrom: Date | null
    dedupes: boolean
  }>(
    `select id as reading, topic, content, definition->>'format' as format, created_at as since,
            windows_from as "windowsFrom", definition ? 'dedupeWithin' as dedupes
     from readings r where model = $1
     order by content = 'labels', (select max(recorded_at) from cuts c where c.reading = r.id) desc nulls last,
              created_at desc, id`,
    [model],
  )
  const readings: LedgerReading[] = []
  for (const { reading, topic, content, format, since, windowsFrom, dedupes } of rows) {
    const predictions = await predictionFaults(db, reading, deep)
    readings.push({
      ...{ reading, topic, content, format, since: since.toISOString() },
      windowsFrom: windowsFrom?.toISOString() ?? null,
      repetitions: dedupes ? await repetitionsOf(db, reading) : null,
      partitions: await partitionsOf(db, reading),
      slices: await newestSlices(db, reading, slices),
      repairs: await newestRepairs(db, reading, slices),
      faults: [
        ...(await faultsOf(db, reading)),
        ...(await joinFaults(db, reading)),
        ...predictions.faults,
      ].slice(0, 100),
      predictionDays: predictions.days,
    })
  }
  return readings
}

async function repetitionsOf(db: Db, reading: string): Promise<LedgerReading['repetitions']> {
  const { repeated, differing } = await repeatedBetween(db, reading, 0, null)
  return { removed: repeated, differing }
}

const counts = ['good', 'bad', 'foreign', 'lost', 'unread', 'ahead', 'repeated'] as const

/** Sums come as text: PostgreSQL's are wider than a double. */
type Counted = Record<(typeof counts)[number], string>

const toCounts = (row: Counted) => ({
  good: Number(row.good),
  bad: Number(row.bad),
  foreign: Number(row.foreign),
  lost: Number(row.lost),
  unread: Number(row.unread),
  ahead: Number(row.ahead),
  repeated: Number(row.repeated),
})

async function partitionsOf(db: Db, reading: string): Promise<LedgerPartition[]> {
  const { rows } = await db.query<
    Counted & { partition: number; began: string; opened: string; head: string; slices: number }
  >(
    `select h.partition, h.began, h.opened, h.head, count(s.*)::int as slices,
            coalesce(sum(s.good), 0) + coalesce(r.good, 0) as good,
            coalesce(sum(s.bad), 0) - coalesce(r.good + r.foreign_rows, 0) as bad,
            coalesce(sum(s.foreign_rows), 0) + coalesce(r.foreign_rows, 0) as foreign,
            coalesce(sum(s.lost), 0) as lost, coalesce(sum(s.unread), 0) as unread,
            coalesce(sum(s.ahead), 0) as ahead, coalesce(sum(s.repeated), 0) as repeated
     from ledger_heads h left join ledger_slices s using (reading, partition)
     left join (
       select partition, sum(good) as good, sum(foreign_rows) as foreign_rows
       from ledger_repairs where reading = $1 group by partition) r using (partition)
     where h.reading = $1
     group by h.partition, h.began, h.opened, h.head, r.good, r.foreign_rows order by h.partition`,
    [reading],
  )
  return rows.map(({ partition, began, opened, head, slices, ...row }) => ({
    ...{ partition, began, opened, head, slices },
    ...toCounts(row),
  }))
}

async function newestSlices(db: Db, reading: string, limit: number): Promise<LedgerSlice[]> {
  if (limit === 0) return []
  const { rows } = await db.query<
    Counted & { partition: number; from: string; to: string; committed: Date }
  >(
    `select s.* from ledger_heads h cross join lateral (
       select partition, from_offset as "from", to_offset as "to", good, bad,
              foreign_rows as foreign, lost, unread, ahead, repeated, committed_at as committed
       from ledger_slices where reading = h.reading and partition = h.partition
       order by from_offset desc limit $2) s
     where h.reading = $1 order by s.partition, s."from"`,
    [reading, limit],
  )
  return rows.map(({ partition, from, to, committed, ...row }) => ({
    ...{ partition, from, to },
    ...toCounts(row),
    committedAt: committed.toISOString(),
  }))
}

async function newestRepairs(db: Db, reading: string, limit: number): Promise<LedgerRepair[]> {
  const { rows } = await db.query<
    Pick<Counted, 'good' | 'foreign'> & {
      repair: string
      partition: number
      from: string
      to: string
      committed: Date
    }
  >(
    `select r.number as repair, r.partition, s.from_offset as "from", s.to_offset as "to",
            r.good, r.foreign_rows as foreign, r.committed_at as committed
     from ledger_repairs r join ledger_slices s using (reading, partition, from_offset)
     where r.reading = $1 order by r.number desc limit $2`,
    [reading, limit],
  )
  return rows
    .map(({ repair, partition, from, to, good, foreign, committed }) => ({
      ...{ repair: Number(repair), partition, from, to },
      ...{ good: Number(good), foreign: Number(foreign) },
      committedAt: committed.toISOString(),
    }))
    .reverse()
}

/** In the order of partitions and offsets. One snapshot: a slice that is committed meanwhile is whole or not there. */
async function faultsOf(db: Db, reading: string): Promise<LedgerFault[]> {
  const { rows } = await db.query<LedgerFault>(
    `with slices as (
       select s.*, lag(s.to_offset, 1, h.began) over (partition by s.partition order by s.from_offset) as reached
       from ledger_slices s left join ledger_heads h using (reading, partition)
       where s.reading = $1
     ), held as (
       select p.partition, p.from_offset, p.to_offset, p.repair, sum(p.rows) as rows
       from parts p where p.reading = $1 and p.segment = '' and p.partition >= 0
       group by p.partition, p.from_offset, p.to_offset, p.repair
     ), letters as (
       select d.partition, s.from_offset, count(*) as letters, min(d."offset") as first
       from dead_letters d
       left join lateral (
         select from_offset, to_offset from ledger_slices s
         where s.reading = d.reading and s.partition = d.partition and s.from_offset <= d."offset"
         order by from_offset desc limit 1) s on d."offset" < s.to_offset
       where d.reading = $1 group by d.partition, s.from_offset
     ), labelled as (
       select l.partition, l.from_offset, l.repair, count(*) as rows from readings r join labels l on l.reading = r.number
       where r.id = $1 and r.content = 'labels' group by l.partition, l.from_offset, l.repair
     ), repaired as (
       select partition, repair, count(*) as letters from dead_letters
       where reading = $1 and repair is not null group by partition, repair
     ), repairs as (
       select r.*, s.to_offset from ledger_repairs r
       left join ledger_slices s using (reading, partition, from_offset) where r.reading = $1
     ), moved as (
       select partition, sum(moved_rows) as moved from (
         select partition, moved_rows from slices union all select partition, moved_rows from repairs
         union all select -1, moved_rows from joins where reading = $1) m
       group by partition
     ), merged as (
       select r.at as partition, sum(r.rows) as rows
       from merged_parts m cross join unnest(m.partitions, m.counts) as r(at, rows)
       where m.reading = $1 and m.segment = '' group by r.at
     ), found as (
       select case when from_offset > reached then 'GAP' else 'OVERLAP' end as fault,
              partition, from_offset as "offset",
              greatest(reached, from_offset) as expected, least(reached, from_offset) as found
       from slices where from_offset <> reached
       union all
       select case when head > reached then 'GAP' else 'OVERLAP' end, partition, head,
              greatest(reached, head), least(reached, head)
       from (select h.partition, h.head, coalesce(max(s.to_offset), h.began) as reached
             from ledger_heads h left join ledger_slices s using (reading, partition)
             where h.reading = $1 group by h.partition, h.began, h.head) as ends
       where head <> reached
       union all
       select 'STRAY', partition, from_offset, 0, to_offset - from_offset
       from slices where reached is null
       union all
       select 'COUNTS', partition, from_offset, to_offset - from_offset,
              good + bad + foreign_rows + lost + unread
       from slices
       where good + bad + foreign_rows + lost + unread <> to_offset - from_offset
         or least(good, bad, foreign_rows, lost, unread) < 0
       union all
       select 'PARTS', s.partition, s.from_offset, s.good + s.more_rows - s.halves - s.moved_rows, coalesce(h.rows, 0)
       from slices s join readings r on r.id = s.reading and r.content = 'predictions' left join held h on h.partition = s.partition and h.from_offset = s.from_offset
         and h.to_offset = s.to_offset and h.repair = 0
       where s.good + s.more_rows - s.halves - s.moved_rows <> coalesce(h.rows, 0)
       union all
       select 'PARTS', r.partition, r.from_offset, r.good + r.more_rows - r.halves - r.moved_rows, coalesce(h.rows, 0)
       from repairs r join readings g on g.id = r.reading and g.content = 'predictions' left join held h on h.partition = r.partition and h.from_offset = r.from_offset
         and h.to_offset = r.to_offset and h.repair = r.number
       where r.good + r.more_rows - r.halves - r.moved_rows <> coalesce(h.rows, 0)
       union all
       select 'LABELS', s.partition, s.from_offset, s.labels - s.lifted_labels, coalesce(l.rows, 0)
       from slices s left join labelled l on l.partition = s.partition and l.from_offset = s.from_offset and l.repair = 0
       where s.labels - s.lifted_labels <> coalesce(l.rows, 0)
       union all
       select 'LABELS', r.partition, r.from_offset, r.labels - r.lifted_labels, coalesce(l.rows, 0)
       from repairs r left join labelled l on l.repair = r.number and l.partition = r.partition
         and l.from_offset = r.from_offset
       where r.labels - r.lifted_labels <> coalesce(l.rows, 0)
       union all
       select 'STRAY', l.partition, l.from_offset, 0, l.rows
       from labelled l left join slices s using (partition, from_offset)
       left join repairs r on r.number = l.repair and r.partition = l.partition and r.from_offset = l.from_offset
       where s.reading is null or l.repair > 0 and r.reading is null
       union all
       select 'MERGED', partition, 0, moved, rows from moved full join merged using (partition)
       where coalesce(moved, 0) <> coalesce(rows, 0)
       union all
       select 'DEAD_LETTERS', s.partition, s.from_offset, s.bad - s.lifted_letters, coalesce(l.letters, 0)
       from slices s left join letters l using (partition, from_offset)
       where s.bad - s.lifted_letters <> coalesce(l.letters, 0)
       union all
       select 'DEAD_LETTERS', r.partition, r.from_offset,
              r.good + r.foreign_rows - r.lifted_letters, coalesce(l.letters, 0)
       from repairs r left join repaired l on l.partition = r.partition and l.repair = r.number
       where r.good + r.foreign_rows - r.lifted_letters <> coalesce(l.letters, 0)
       union all
       select 'STRAY', h.partition, h.from_offset, 0, h.rows
       from held h left join slices s using (partition, from_offset, to_offset)
       left join repairs r on r.partition = h.partition and r.from_offset = h.from_offset and r.number = h.repair
       where s.reading is null or h.repair > 0 and r.reading is null
       union all
       select 'STRAY', l.partition, 0, 0, l.letters
       from repaired l left join repairs r on r.partition = l.partition and r.number = l.repair
       where r.reading is null
       union all
       select 'STRAY', partition, first, 0, letters from letters where from_offset is null
     )
     select fault, partition, "offset"::text, expected::text, found::text from found
     order by partition, found."offset", fault limit 100`,
    [reading],
  )
  return rows.map((row) => ledgerFault.parse(row))
}
