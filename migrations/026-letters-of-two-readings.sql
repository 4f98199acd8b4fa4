-- Dead letters had no reading before 008, which gave those of a log to every reading with a slice around them. Of two
-- readings one may have read what the other could not: there a slice has more letters than bad records, and which are its
-- own nobody knows any more. They go, as if retention had removed them; its counts were right and stay. Those that a
-- repair could read belong to its reading.

with letters as (
  select s.reading, s.partition, s.from_offset, s.to_offset, s.bad, s.lifted_letters,
         count(*) as letters, count(d.repair) as repaired
  from ledger_slices s
  join dead_letters d on d.reading = s.reading and d.partition = s.partition
    and d."offset" >= s.from_offset and d."offset" < s.to_offset
  group by s.reading, s.partition, s.from_offset
), unsure as (
  select * from letters where letters > bad - lifted_letters and repaired <= bad
), gone as (
  delete from dead_letters d using unsure u
  where d.reading = u.reading and d.partition = u.partition and d.repair is null
    and d."offset" >= u.from_offset and d."offset" < u.to_offset
)
update ledger_slices s set lifted_letters = s.bad - u.repaired
from unsure u
where s.reading = u.reading and s.partition = u.partition and s.from_offset = u.from_offset;
