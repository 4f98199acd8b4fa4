-- Plans and verdicts of a model, numbered in the order in which they came on record. A verdict rests on those before it
-- that were there then: judged again, it knows of no others.

alter table cuts add column number bigint;
update cuts c set number = n.number
from (select model, window_start, row_number() over (partition by model order by recorded_at, window_start) as number
      from cuts) n
where n.model = c.model and n.window_start = c.window_start;
alter table cuts alter column number set not null;
create unique index cuts_by_number on cuts (model, number);

-- `known`: the last verdict that it could know of; of those that are here already, the last that was judged before.
alter table verdicts add column number bigint, add column known bigint;
update verdicts v set number = n.number, known = n.known
from (select model, window_start, row_number() over (partition by model order by judged_at, window_start) as number,
             rank() over (partition by model order by judged_at) - 1 as known
      from verdicts) n
where n.model = v.model and n.window_start = v.window_start;
alter table verdicts alter column number set not null, alter column known set not null;
create index verdicts_by_number on verdicts (model, number);
