-- A small row for each prediction of a model with labels, to which these are joined by its id: all, or those of a sample.

-- What a row names its reading by: an id of 16 characters in each would be a tenth of it.
alter table readings add column number int generated always as identity unique;

create table predictions (
  -- event time
  at timestamptz not null,
  -- what brought it: a slice or a repair of it; of requests and responses apart the join, of partition -1
  from_offset bigint not null,
  -- of the record that holds the answer
  "offset" bigint not null,
  -- null: the record has none
  score double precision,
  reading int not null,
  partition int not null,
  -- 0: of a slice or a join, else of the repair of that number
  repair int not null default 0,
  -- as the record has it; one that is no short text as sha256: and the digest of its UTF-8
  id text not null,
  version text not null,
  -- the first 16 bytes of SHA-256 of the record's value; null: unknown
  digest bytea,
  -- the class that the model chose, where a record names one
  prediction text,
  -- those that the row is in; null: the model has none
  segments text[],
  -- of a row that was joined: where the answer lies, and what was asked
  answer_partition int,
  request_partition int,
  request_offset bigint,
  request_digest bytea
) partition by range (at);

create index predictions_by_id on predictions (id);

-- Event times may lie scattered over decades, and tables of days be as many. Days about now have one each, and the first
-- ones of all others; rows of further days share one.
create table predictions_other (like predictions including defaults);
alter table predictions attach partition predictions_other default;

-- The days, and when rows last came into them, to within an hour: a day of old event times that is read today stays as
-- long as one of today.
create table prediction_days (
  day date primary key,
  written_at timestamptz not null default now(),
  -- false: its rows are in predictions_other
  own boolean not null default true
);

-- Makes the table of a day; several callers at once make it once. It is attached, since making it as a partition would
-- wait for every transaction that writes rows. The catalogue is asked by a query, as in ensure_partition.
create function ensure_prediction_day(wanted date) returns void
language plpgsql as $$
declare
  child text := format('predictions_%s', to_char(wanted, 'YYYYMMDD'));
  -- a year and a month, and what a clock may be ahead
  first date := (now() at time zone 'UTC')::date - 400;
  last date := (now() at time zone 'UTC')::date + 2;
  is_own boolean;
begin
  if exists (select from prediction_days where day = wanted and written_at > now() - interval '1 hour') then
    return;
  end if;
  insert into prediction_days (day, own) values (
    wanted,
    wanted between first and last
      or (select count(*) from prediction_days where own and day not between first and last) < 400)
  on conflict (day) do update set written_at = now() returning own into is_own;
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

-- How many rows it kept, at which rate (1: all; null: none), and how many of them retention removed.
alter table ledger_slices
  add column predictions bigint not null default 0 check (predictions >= 0),
  add column prediction_rate double precision check (prediction_rate > 0 and prediction_rate <= 1),
  add column lifted_predictions bigint not null default 0 check (lifted_predictions >= 0);
alter table ledger_repairs
  add column predictions bigint not null default 0 check (predictions >= 0),
  add column prediction_rate double precision check (prediction_rate > 0 and prediction_rate <= 1),
  add column lifted_predictions bigint not null default 0 check (lifted_predictions >= 0);
alter table joins
  add column predictions bigint not null default 0 check (predictions >= 0),
  add column prediction_rate double precision check (prediction_rate > 0 and prediction_rate <= 1),
  add column lifted_predictions bigint not null default 0 check (lifted_predictions >= 0);

-- The same of a half, for the row that it becomes.
alter table halves add column digest bytea;
