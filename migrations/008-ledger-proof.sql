-- What the ledger needs to prove itself: where each partition of a reading began, and which reading a dead letter is of.

alter table ledger_heads add column began bigint;
update ledger_heads h set began = coalesce(
  (select min(from_offset) from ledger_slices s where s.reading = h.reading and s.partition = h.partition), head);
alter table ledger_heads alter column began set not null, add check (began <= head);

-- '': of the labels, which have no reading. `field`: the part of the record that could not be read, where one is to blame.
alter table dead_letters
  add column reading text not null default '',
  add column field text;
alter table dead_letters
  drop constraint dead_letters_pkey,
  add primary key (reading, topic, partition, "offset", at);
insert into dead_letters (reading, topic, partition, "offset", code, reason, bytes, at)
select s.reading, d.topic, d.partition, d."offset", d.code, d.reason, d.bytes, d.at
from dead_letters d
join readings r on r.topic = d.topic
join ledger_slices s on s.reading = r.id and s.partition = d.partition and s.bad > 0
  and d."offset" >= s.from_offset and d."offset" < s.to_offset
where d.reading = '';
delete from dead_letters d where d.reading = '' and exists (select from readings r where r.topic = d.topic);
