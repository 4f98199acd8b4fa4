-- Rows of predictions that were counted once, day by day, so that a proof of a ledger need not count them each time.

-- By what PostgreSQL itself tells that a day's table changed, as it was before the rows were counted; null: they are to be
-- counted. Whoever writes into a day takes it away first.
alter table prediction_days add column mark text;

-- What a count of a day came to, by what brought the rows.
create table prediction_counts (
  day date not null,
  -- readings.number
  reading int not null,
  partition int not null,
  from_offset bigint not null,
  repair int not null,
  rows bigint not null,
  -- of a sample: those that do not belong to it
  outside bigint not null,
  primary key (day, reading, partition, from_offset, repair)
);

-- The file of a day's table, its size, and how many rows ever came, changed and went; null: there is no such table. After a
-- crash, and in a copy of the database, the counters begin anew: then it is another one.
create function prediction_mark(day date) returns text
language sql volatile as $$
  select concat_ws('/', pg_relation_filenode(c), pg_relation_size(c), pg_stat_get_tuples_inserted(c),
                   pg_stat_get_tuples_updated(c), pg_stat_get_tuples_deleted(c))
  from to_regclass(format('predictions_%s', to_char(day, 'YYYYMMDD'))) as c where c is not null
$$;

-- As before; besides, the mark of the day goes.
create or replace function ensure_prediction_day(wanted date) returns void
language plpgsql as $$
declare
  child text := format('predictions_%s', to_char(wanted, 'YYYYMMDD'));
  -- a year and a month, and what a clock may be ahead
  first date := (now() at time zone 'UTC')::date - 400;
  last date := (now() at time zone 'UTC')::date + 2;
  is_own boolean;
begin
  if exists (
    select from prediction_days
    where day = wanted and written_at > now() - interval '1 hour' and mark is null
  ) then
    return;
  end if;
  insert into prediction_days (day, own) values (
    wanted,
    wanted between first and last
      or (select count(*) from prediction_days where own and day not between first and last) < 400)
  on conflict (day) do update set written_at = now(), mark = null returning own into is_own;
  if not is_own or exists (select from pg_catalog.pg_class where relname = child) then
    return;
  end if;
  execute format('create table %I (like predictions including defaults)', child);
  execute format(
    'alter table predictions attach partition %I for values from (%L) to (%L)',
    child, wanted::timestamp at time zone 'UTC', (wanted + 1)::timestamp at time zone 'UTC'
  );
end
$$;
