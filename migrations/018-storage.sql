-- What may go: parts that are merged between the cuts that windows name, and those that retention lifts. Slices stay.

create sequence merged_parts_number;

create table merged_parts (
  reading text not null,
  bucket timestamptz not null,
  -- the end of its event time: of one bucket, or of the whole window that its buckets were rolled up into
  until timestamptz not null check (until > bucket),
  version text not null,
  segment text not null,
  number bigint not null default nextval('merged_parts_number'),
  -- of each partition: from where to where its slices lie, and how many of its rows are here
  partitions int[] not null,
  froms bigint[] not null,
  tos bigint[] not null,
  counts bigint[] not null,
  -- the last repair among its parts
  repair bigint not null,
  rows bigint not null,
  -- null: lifted
  profile bytea,
  sample bytea,
  -- when the last of its rows was read
  read_at timestamptz not null,
  lifted_at timestamptz,
  primary key (reading, bucket, version, segment, number),
  check ((profile is null) = (lifted_at is not null))
) partition by range (bucket);

create index merged_parts_by_time on merged_parts (reading, read_at) where segment = '';

-- How many of its rows are in merged parts now, and how many of its dead letters retention removed.
alter table ledger_slices
  add column moved_rows bigint not null default 0 check (moved_rows >= 0),
  add column lifted_letters bigint not null default 0 check (lifted_letters >= 0);
alter table ledger_repairs
  add column moved_rows bigint not null default 0 check (moved_rows >= 0),
  add column lifted_letters bigint not null default 0 check (lifted_letters >= 0);

-- When retention stopped keeping what the window was judged from; null: it can be judged again to the same bytes.
alter table cuts add column lifted_at timestamptz;

alter table dead_letters add column met_at timestamptz not null default now();
create index dead_letters_by_met on dead_letters (met_at);

create table housekeepings (
  id bigint generated always as identity primary key,
  ended_at timestamptz not null default now(),
  done jsonb not null
);

-- Whether all of a merged part lies below a cut (partition -> offset), or at and after one.
create function lies_below(partitions int[], tos bigint[], cut jsonb) returns boolean
language sql immutable parallel safe as $$
  select coalesce(bool_and(r.upto <= coalesce((cut ->> r.at::text)::bigint, -1)), false)
  from unnest(partitions, tos) as r(at, upto)
$$;

create function lies_after(partitions int[], froms bigint[], cut jsonb) returns boolean
language sql immutable parallel safe as $$
  select coalesce(bool_and(r.since >= coalesce((cut ->> r.at::text)::bigint, 0)), false)
  from unnest(partitions, froms) as r(at, since)
$$;
