-- Labels, read by the ledger as predictions are: what each slice brought, and what the windows that they reach came to.

-- What a reading's records are. Those of labels are counted under no binning.
alter table readings
  add column content text not null default 'predictions' check (content in ('predictions', 'labels')),
  alter column binning drop not null,
  add check ((binning is null) = (content = 'labels'));

create table labels (
  -- event time of the label
  at timestamptz not null,
  -- what brought it: a slice of a reading, see readings.number
  from_offset bigint not null,
  "offset" bigint not null,
  -- a number, or a class by its name; neither: what was said before under the id holds no more
  value double precision,
  reading int not null,
  partition int not null,
  -- the day on which it was read, by which retention lets go of it
  read_on date not null default (now() at time zone 'UTC')::date,
  -- of the prediction, as predictions.id
  id text not null,
  class text,
  check (value is null or class is null)
) partition by range (read_on);

-- The only one: where a table has no statistics yet, another that begins with the reading would be thought as good for
-- finding the labels of a prediction, and be read as a whole for each.
create index labels_by_id on labels (id, reading);

-- Makes the table of a day; several callers at once make it once. The catalogue is asked by a query, as in ensure_partition.
create function ensure_label_day(wanted date) returns void
language plpgsql as $$
declare
  child text := format('labels_%s', to_char(wanted, 'YYYYMMDD'));
begin
  if exists (select from pg_catalog.pg_class where relname = child) then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext(child));
  if exists (select from pg_catalog.pg_class where relname = child) then
    return;
  end if;
  execute format('create table %I partition of labels for values from (%L) to (%L)', child, wanted, wanted + 1);
end
$$;

-- Labels that it kept, at which rate of the prediction ids, and how many of them retention removed.
alter table ledger_slices
  add column labels bigint not null default 0 check (labels >= 0),
  add column label_rate double precision check (label_rate > 0 and label_rate <= 1),
  add column lifted_labels bigint not null default 0 check (lifted_labels >= 0);

-- The last stable offset of every partition of the label log at a moment: what labels were known then.
create table label_cuts (
  model text not null,
  at timestamptz not null,
  -- the scan that asked: predictions below its cut are measured
  window_start timestamptz not null,
  reading text not null references readings,
  cut jsonb not null,
  -- the latest event time of a label below the cut; null: there is none, or it was not measured yet
  latest timestamptz,
  config_version bigint not null references config_versions,
  recorded_at timestamptz not null default now(),
  primary key (model, at)
);

-- How well a model did in a window, by the labels below a cut. Once final it stays.
create table performances (
  model text not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  final boolean not null,
  labels_at timestamptz not null,
  evidence_digest text not null,
  report jsonb not null,
  recorded_at timestamptz not null default now(),
  primary key (model, window_start),
  foreign key (model, labels_at) references label_cuts (model, at)
);

-- Labels have been counted apart until now, while a retraining waited for enough of them. Those that could not be read
-- have a reading now, which begins with the first record of their topic and meets them again.
alter table dead_letters alter column reading drop default;
delete from dead_letters where reading = '';
drop table counted_labels;
drop table label_counts;
