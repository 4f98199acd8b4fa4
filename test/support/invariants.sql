-- What must hold of every ledger, told by the tables alone: nothing here is shared with the program that writes them.
-- One row for each thing that does not hold; no row, and the ledger is right.

-- Every offset of a partition between its beginning and its head lies in exactly one slice. Said without an order of
-- slices: no two of them overlap, none lies outside, and together they are as long as what was passed.
select 'two slices share offsets' as broken, a.reading, a.partition, b.from_offset as at_offset
from ledger_slices a
join ledger_slices b on b.reading = a.reading and b.partition = a.partition
  and b.from_offset > a.from_offset and b.from_offset < a.to_offset
union all
select 'a slice lies outside of what was passed', s.reading, s.partition, s.from_offset
from ledger_slices s
where not exists (
  select from ledger_heads h where h.reading = s.reading and h.partition = s.partition
    and s.from_offset >= h.began and s.to_offset <= h.head)
union all
select 'slices and head tell of different lengths', h.reading, h.partition, h.head
from ledger_heads h
where h.head - h.began <> (
  select coalesce(sum(s.to_offset - s.from_offset), 0) from ledger_slices s
  where s.reading = h.reading and s.partition = h.partition)

-- Every offset was good, bad, of another model, lost, or held nothing to read.
union all
select 'the counts of a slice are not its offsets', s.reading, s.partition, s.from_offset
from ledger_slices s
where s.good + s.bad + s.foreign_rows + s.lost + s.unread <> s.to_offset - s.from_offset
  or s.good < 0 or s.bad < 0 or s.foreign_rows < 0 or s.lost < 0 or s.unread < 0

-- Every good record is a row of exactly one part of all rows, or a half; a batch of them has told how many more it holds.
union all
select 'good records and rows in parts differ', s.reading, s.partition, s.from_offset
from ledger_slices s join readings r on r.id = s.reading and r.content = 'predictions'
where s.good + s.more_rows - s.halves <> s.moved_rows + (
  select coalesce(sum(p.rows), 0) from parts p
  where p.reading = s.reading and p.partition = s.partition and p.from_offset = s.from_offset
    and p.to_offset = s.to_offset and p.segment = '' and p.repair = 0)
union all
select 'good records and rows in parts of a repair differ', r.reading, r.partition, r.from_offset
from ledger_repairs r join readings g on g.id = r.reading and g.content = 'predictions'
where r.good + r.more_rows - r.halves <> r.moved_rows + (
  select coalesce(sum(p.rows), 0) from parts p
  where p.reading = r.reading and p.partition = r.partition and p.from_offset = r.from_offset
    and p.segment = '' and p.repair = r.number)
union all
select 'a part belongs to no repair', p.reading, p.partition, p.from_offset
from parts p
where p.repair <> 0 and not exists (
  select from ledger_repairs r where r.reading = p.reading and r.number = p.repair
    and r.partition = p.partition and r.from_offset = p.from_offset)
union all
select 'a part belongs to no slice', p.reading, p.partition, p.from_offset
from parts p
where p.partition >= 0 and not exists (
  select from ledger_slices s where s.reading = p.reading and s.partition = p.partition
    and s.from_offset = p.from_offset and s.to_offset = p.to_offset)
union all
select 'a segment has more rows than its slice', p.reading, p.partition, p.from_offset
from parts p
join ledger_slices s using (reading, partition, from_offset)
where p.segment <> '' and p.repair = 0
group by p.reading, p.partition, p.from_offset, p.segment, s.good, s.more_rows
having sum(p.rows) > s.good + s.more_rows
union all
select 'more rows than one each, and no good record', s.reading, s.partition, s.from_offset
from ledger_slices s where s.good = 0 and s.more_rows > 0

-- Rows that left the parts of their slice are in merged parts, whose counts may be gone and whose numbers stay.
union all
select 'moved and merged rows differ', h.reading, h.partition, h.head
from ledger_heads h
where (select coalesce(sum(moved_rows), 0) from ledger_slices s
       where s.reading = h.reading and s.partition = h.partition)
    + (select coalesce(sum(moved_rows), 0) from ledger_repairs r
       where r.reading = h.reading and r.partition = h.partition)
  <> (select coalesce(sum(m.counts[array_position(m.partitions, h.partition)]), 0)
      from merged_parts m where m.reading = h.reading and m.segment = '')
union all
select 'moved and merged pairs differ', r.id, -1, null
from readings r
where (select coalesce(sum(moved_rows), 0) from joins j where j.reading = r.id)
  <> (select coalesce(sum(m.counts[array_position(m.partitions, -1)]), 0)
      from merged_parts m where m.reading = r.id and m.segment = '')
union all
select 'a merged part has other rows than its partitions', m.reading, null, m.number
from merged_parts m where m.rows <> (select sum(c) from unnest(m.counts) as c)
union all
select 'a kept window has rows that are lifted', c.reading, null, m.number
from cuts c
join merged_parts m on m.reading = c.reading and m.segment = '' and m.lifted_at is not null
  and m.bucket < c.window_end and m.until > c.window_start
where c.lifted_at is null

-- The rows of a join are in parts of their own; every half that joins could see is in the counts of one of them, and what
-- none could see waits.
union all
select 'a part belongs to no join', p.reading, p.partition, p.to_offset
from parts p
where p.partition < 0 and not exists (
  select from joins j where j.reading = p.reading and j.number = p.to_offset
    and p.from_offset = j.number - 1 and j.joined_at is not null)
union all
select 'pairs and rows in parts of a join differ', j.reading, -1, j.number
from joins j
where j.rows <> j.moved_rows + (
  select coalesce(sum(p.rows), 0) from parts p
  where p.reading = j.reading and p.partition = -1 and p.to_offset = j.number and p.segment = '')
union all
select 'joins are not done one after the other', j.reading, -1, j.number
from joins j
where j.joined_at is not null and j.number > 1 and not exists (
  select from joins b where b.reading = j.reading and b.number = j.number - 1 and b.joined_at is not null)
union all
select 'a cut lies below the one before', j.reading, k.partition::int, j.number
from joins j join joins b on b.reading = j.reading and b.number = j.number - 1
cross join jsonb_each_text(b.cut) as k(partition, "offset")
where coalesce((j.cut ->> k.partition)::bigint, 0) < k."offset"::bigint
union all
select 'halves and what joins counted differ', j.reading, -1, j.number
from (select reading, max(number) as number from joins where joined_at is not null group by reading) l
join joins j using (reading, number)
where (select coalesce(sum(requests + responses + repeated), 0) from join_counts c where c.reading = j.reading)
  <> (select coalesce(sum(s.halves - s.erased_halves), 0) from ledger_slices s
      where s.reading = j.reading and s.to_offset <= coalesce((j.cut ->> s.partition::text)::bigint, 0)
        and s.from_offset >= (j.began ->> s.partition::text)::bigint)
   + (select coalesce(sum(r.halves - r.erased_halves), 0) from ledger_repairs r
      join ledger_slices s using (reading, partition, from_offset)
      where r.reading = j.reading and r.number <= j.repairs
        and s.to_offset <= coalesce((j.cut ->> s.partition::text)::bigint, 0)
        and s.from_offset >= (j.began ->> s.partition::text)::bigint)
  -- A slice that reaches beyond the cut of a join: the next one says.
  and not exists (
    select from ledger_slices s where s.reading = j.reading
      and s.from_offset < (j.cut ->> s.partition::text)::bigint and s.to_offset > (j.cut ->> s.partition::text)::bigint)
union all
select 'ids by which rows are known are not those that a join left', j.reading, -1, j.number
from joins j
where j.ids <> (
  select count(*) from joined_ids k join readings r on r.number = k.reading
  where r.id = j.reading and k.number = j.number)
union all
select 'an id belongs to no join', r.id, -1, k.number
from joined_ids k join readings r on r.number = k.reading
where not exists (
  select from joins j where j.reading = r.id and j.number = k.number and j.joined_at is not null)
union all
select 'a join left more ids than it saw rows, or fewer than it counted', j.reading, -1, j.number
from joins j join readings r on r.id = j.reading and r.definition ? 'dedupeWithin'
where j.joined_at is not null and j.ids <> 0 and not j.ids + j.erased_ids between j.rows and (
  select sum(requests + repeated) from join_counts c where c.reading = j.reading and c.number = j.number)
union all
select 'more halves found their other half than there are', c.reading, -1, null
from join_counts c group by c.reading
having sum(matched_requests) > sum(requests) or sum(matched_responses) > sum(responses)
union all
select 'halves that wait are not those of their slice', s.reading, s.partition, s.from_offset
from ledger_slices s
left join lateral (
  select cut, began from joins j where j.reading = s.reading and j.joined_at is not null
  order by number desc limit 1) l on true
where not coalesce(s.from_offset < (l.cut ->> s.partition::text)::bigint
    and s.to_offset > (l.began ->> s.partition::text)::bigint, false)
  and s.halves - s.erased_halves <> (
    select count(*) from halves h where h.reading = s.reading and h.partition = s.partition
      and h."offset" >= s.from_offset and h."offset" < s.to_offset and h.repair = 0)

-- Of a model with labels every row of a good record is kept as one of its own, or every one of a sample of ids.
union all
select 'rows of predictions are not those of their slice', s.reading, s.partition, s.from_offset
from ledger_slices s
where s.predictions - s.lifted_predictions <> (
  select count(*) from predictions p join readings r on r.number = p.reading
  where r.id = s.reading and p.partition = s.partition and p.repair = 0
    and p."offset" >= s.from_offset and p."offset" < s.to_offset)
union all
select 'rows of predictions are not those of their repair', r.reading, r.partition, r.from_offset
from ledger_repairs r
where r.predictions - r.lifted_predictions <> (
  select count(*) from predictions p join readings g on g.number = p.reading
  where g.id = r.reading and p.partition = r.partition and p.repair = r.number)
union all
select 'rows of predictions are not those of their join', j.reading, -1, j.number
from joins j
where j.predictions - j.lifted_predictions <> (
  select count(*) from predictions p join readings r on r.number = p.reading
  where r.id = j.reading and p.partition = -1 and p.from_offset = j.number - 1)
union all
select 'not every prediction was kept', t.reading, t.partition, t.from_offset
from (
  select reading, partition, from_offset, good + more_rows - halves as rows, predictions, prediction_rate from ledger_slices
  union all
  select reading, partition, from_offset, good + more_rows - halves, predictions, prediction_rate from ledger_repairs
  union all
  select reading, -1, number, rows, predictions, prediction_rate from joins where joined_at is not null) t
where case when t.prediction_rate is null then t.predictions <> 0
  when t.prediction_rate = 1 then t.predictions <> t.rows else t.predictions > t.rows end
union all
select 'a row of a prediction is outside of the sample', r.id, p.partition, p."offset"
from predictions p
join readings r on r.number = p.reading
join ledger_slices s on s.reading = r.id and s.partition = p.partition and s.from_offset = p.from_offset
where s.prediction_rate < 1 and p.repair = 0 and p.id !~ '^sha256:'
  and ('x' || left(encode(sha256(convert_to(p.id, 'UTF8')), 'hex'), 8))::bit(32)::bigint / 4294967296.0 >= s.prediction_rate
union all
select 'a row of a prediction belongs to nothing', r.id, p.partition, p."offset"
from predictions p
left join readings r on r.number = p.reading
where case
  when p.partition = -1 then not exists (
    select from joins j where j.reading = r.id and j.number = p.from_offset + 1 and j.joined_at is not null)
  when p.repair > 0 then not exists (
    select from ledger_repairs x where x.reading = r.id and x.number = p.repair and x.partition = p.partition
      and x.from_offset = p.from_offset)
  else not exists (
    select from ledger_slices s where s.reading = r.id and s.partition = p.partition
      and s.from_offset = p.from_offset and p."offset" >= s.from_offset and p."offset" < s.to_offset) end

-- Every bad record is one dead letter.
union all
select 'bad records and dead letters differ', s.reading, s.partition, s.from_offset
from ledger_slices s
where s.bad <> s.lifted_letters + (
  select count(distinct d."offset") from dead_letters d
  where d.reading = s.reading and d.partition = s.partition
    and d."offset" >= s.from_offset and d."offset" < s.to_offset)
union all
select 'a dead letter is there twice', d.reading, d.partition, d."offset"
from dead_letters d
where d.reading <> ''
group by d.reading, d.partition, d."offset" having count(*) > 1
union all
select 'a dead letter belongs to no slice', d.reading, d.partition, d."offset"
from dead_letters d
where d.reading <> '' and d."offset" >= coalesce((
  select s.to_offset from ledger_slices s
  where s.reading = d.reading and s.partition = d.partition and s.from_offset <= d."offset"
  order by s.from_offset desc limit 1), 0)

-- What a repair could read had been a dead letter of its slice, and is one that nobody else read.
union all
select 'a repair and its dead letters differ', r.reading, r.partition, r.from_offset
from ledger_repairs r
where r.good + r.foreign_rows <> r.lifted_letters + (
  select count(distinct d."offset") from dead_letters d
  join ledger_slices s on s.reading = r.reading and s.partition = r.partition
    and s.from_offset = r.from_offset
  where d.reading = r.reading and d.partition = r.partition and d.repair = r.number
    and d."offset" >= s.from_offset and d."offset" < s.to_offset)
union all
select 'a dead letter names a repair that is not there', d.reading, d.partition, d."offset"
from dead_letters d
where d.repair is not null and not exists (
  select from ledger_repairs r where r.reading = d.reading and r.number = d.repair
    and r.partition = d.partition)
union all
select 'repairs are not numbered one after the other', r.reading, null, max(r.number)
from ledger_repairs r group by r.reading having max(r.number) <> count(*)

-- What was judged had been read: no verdict stands on a cut that its ledger had not reached.
union all
select 'a verdict stands on a repair that was not there', c.reading, null, c.repairs
from cuts c
where c.repairs > (select coalesce(max(number), 0) from ledger_repairs r where r.reading = c.reading)
union all
select 'a verdict stands on offsets that were not passed', c.reading, k.partition::int, coalesce(h.head, 0)
from verdicts v
join cuts c using (model, window_start)
cross join jsonb_each_text(c.cut) as k(partition, "offset")
left join ledger_heads h on h.reading = c.reading and h.partition = k.partition::int
where k.partition <> '-1' and coalesce(h.head, 0) < k."offset"::bigint
union all
select 'a verdict stands on a join that was not done', c.reading, -1, (c.cut ->> '-1')::bigint
from verdicts v
join cuts c using (model, window_start)
where c.cut ? '-1' and not exists (
  select from joins j where j.reading = c.reading and j.number = (c.cut ->> '-1')::bigint
    and j.joined_at is not null)
union all
select 'a verdict stands on offsets that were not passed beside', h.reading, k.partition::int, h.head
from verdicts v
join cuts c using (model, window_start)
cross join jsonb_each_text(c.cut) as k(partition, "offset")
join ledger_heads h on h.reading = c.beside->>'reading' and h.partition = k.partition::int
where h.head < k."offset"::bigint
union all
select 'a verdict stands on older offsets that were not passed', c.reading, k.partition::int, h.began
from cuts c
cross join jsonb_each_text(c.began) as k(partition, "offset")
join ledger_heads h on h.reading = c.reading and h.partition = k.partition::int
where h.began > k."offset"::bigint

-- Labels are those of the slices that brought them, each at an offset of its own.
union all
select 'labels are not those of their slice', s.reading, s.partition, s.from_offset
from ledger_slices s join readings r on r.id = s.reading
where s.labels - s.lifted_labels <> (
  select count(*) from labels l where l.reading = r.number and l.partition = s.partition
    and l.from_offset = s.from_offset and l."offset" >= s.from_offset and l."offset" < s.to_offset and l.repair = 0)
union all
select 'labels are not those of their repair', x.reading, x.partition, x.from_offset
from ledger_repairs x join readings r on r.id = x.reading
where x.labels - x.lifted_labels <> (
  select count(*) from labels l where l.reading = r.number and l.repair = x.number and l.partition = x.partition)
union all
select 'not every label of a repair was kept', x.reading, x.partition, x.from_offset
from ledger_repairs x join readings r on r.id = x.reading
where case when r.content = 'predictions' then x.labels <> 0
  when x.label_rate = 1 then x.labels <> x.good else x.labels > x.good end
union all
select 'not every label was kept', s.reading, s.partition, s.from_offset
from ledger_slices s join readings r on r.id = s.reading
where case when r.content = 'predictions' then s.labels <> 0
  when s.label_rate = 1 then s.labels <> s.good else s.labels > s.good end
union all
select 'a label was kept twice', r.id, l.partition, l."offset"
from labels l join readings r on r.number = l.reading
group by r.id, l.partition, l."offset" having count(*) > 1
union all
select 'a label belongs to nothing', r.id, l.partition, l."offset"
from labels l left join readings r on r.number = l.reading
where not exists (
  select from ledger_slices s where s.reading = r.id and s.partition = l.partition and s.from_offset = l.from_offset)
  or l.repair > 0 and not exists (
    select from ledger_repairs x where x.reading = r.id and x.number = l.repair and x.partition = l.partition)

-- What a backfill says to have ended was passed, and the reading holds windows from there on.
union all
select 'an ended backfill has not passed its offsets', b.reading, k.partition::int, h.began
from backfills b
cross join jsonb_each(b.partitions) as k(partition, wanted)
join ledger_heads h on h.reading = b.reading and h.partition = k.partition::int
where b.ended_at is not null and h.began > (k.wanted->>0)::bigint
union all
select 'a reading does not hold what was backfilled', r.id, null, null
from readings r
join backfills b on b.reading = r.id
where b.ended_at is not null and b.windows_from < r.windows_from
union all
select 'a partition was opened outside of what was passed', h.reading, h.partition, h.opened
from ledger_heads h where h.opened < h.began or h.opened > h.head
order by 2, 3, 4, 1
