-- What was read, what it summed up to, and what was judged from it.

create table config_versions (
  id bigint generated always as identity primary key,
  digest text not null,
  text text not null,
  settings jsonb not null,
  applied_by text not null,
  applied_at timestamptz not null default now()
);

create table binnings (
  digest text primary key,
  model text not null,
  binning jsonb not null,
  stored_at timestamptz not null default now()
);

create table profiles (
  digest text primary key,
  binning text not null references binnings,
  rows bigint not null,
  bytes bytea not null,
  stored_at timestamptz not null default now()
);

-- The profile that others are held against, per model version; the newest row of a version is in force.
create table model_references (
  id bigint generated always as identity primary key,
  model text not null,
  name text not null,
  model_version text not null,
  profile text not null references profiles,
  in_force_since timestamptz not null default now(),
  unique (model, name, model_version, profile)
);

-- One way of decoding a log; another way is another reading.
create table readings (
  id text primary key,
  model text not null,
  topic text not null,
  binning text not null references binnings,
  definition jsonb not null,
  created_at timestamptz not null default now()
);

create table ledger_heads (
  reading text not null references readings,
  partition int not null,
  -- everything below has been read, or is known to be lost
  head bigint not null,
  primary key (reading, partition)
);

create table ledger_slices (
  reading text not null references readings,
  partition int not null,
  from_offset bigint not null,
  to_offset bigint not null check (to_offset > from_offset),
  good bigint not null,
  bad bigint not null,
  foreign_rows bigint not null,
  lost bigint not null,
  -- control records and records of aborted transactions: they take offsets and carry nothing
  unread bigint not null,
  committed_at timestamptz not null default now(),
  primary key (reading, partition, from_offset),
  unique (reading, partition, to_offset),
  check (good + bad + foreign_rows + lost + unread = to_offset - from_offset)
);

-- What a slice contributed to one bucket of event time, model version and segment. Never changed.
create table parts (
  reading text not null,
  partition int not null,
  from_offset bigint not null,
  to_offset bigint not null,
  version text not null,
  segment text not null default '',
  bucket timestamptz not null,
  rows bigint not null,
  profile bytea not null,
  sample bytea,
  primary key (reading, bucket, partition, from_offset, version, segment)
) partition by range (bucket);

create table dead_letters (
  topic text not null,
  partition int not null,
  "offset" bigint not null,
  code text not null,
  reason text not null,
  bytes bytea,
  at timestamptz not null,
  primary key (topic, partition, "offset", at)
) partition by range (at);

-- The last stable offset of every partition at which a window is judged: fixed once, so that a repeated scan is the same.
create table cuts (
  model text not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  reading text not null references readings,
  config_version bigint not null references config_versions,
  cut jsonb not null,
  recorded_at timestamptz not null default now(),
  primary key (model, window_start)
);

create table verdicts (
  model text not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  verdict text not null,
  evidence_digest text not null,
  report jsonb not null,
  config_version bigint not null references config_versions,
  judged_at timestamptz not null default now(),
  primary key (model, window_start)
) partition by range (window_start);

create table label_counts (
  model text not null,
  since timestamptz not null,
  partition int not null,
  next_offset bigint not null,
  primary key (model, since, partition)
);

create table counted_labels (
  model text not null,
  since timestamptz not null,
  id text not null,
  at timestamptz not null,
  primary key (model, since, id)
);

-- Makes the yearly partition of a table that holds `at`; several callers at once make it once. The catalogue is asked
-- by a query, since waiting for an advisory lock does not refresh what a session has cached of it.
create function ensure_partition(parent regclass, at timestamptz) returns void
language plpgsql as $$
declare
  year int := extract(year from at at time zone 'UTC');
  child text := format('%s_%s', parent, year);
begin
  if exists (select from pg_catalog.pg_class where relname = child) then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext(child));
  if exists (select from pg_catalog.pg_class where relname = child) then
    return;
  end if;
  execute format(
    'create table %s partition of %s for values from (%L) to (%L)',
    child, parent,
    make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC')
  );
end
$$;
