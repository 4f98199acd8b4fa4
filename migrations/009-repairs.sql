-- Bad records of a slice that were fetched again and could then be read. Numbered per reading in the order in which they
-- were committed, so that a cut can say which of them a window holds.

create table ledger_repairs (
  reading text not null references readings,
  number bigint not null check (number > 0),
  -- the slice that it repairs
  partition int not null,
  from_offset bigint not null,
  good bigint not null check (good >= 0),
  foreign_rows bigint not null check (foreign_rows >= 0),
  committed_at timestamptz not null default now(),
  primary key (reading, number),
  foreign key (reading, partition, from_offset) references ledger_slices,
  check (good + foreign_rows > 0)
);

-- 0: of the slice itself.
alter table parts add column repair bigint not null default 0;
alter table parts
  drop constraint parts_pkey,
  add primary key (reading, bucket, partition, from_offset, version, segment, repair);

-- The repair that could read it; null: nobody can yet.
alter table dead_letters add column repair bigint;

-- Repairs up to this number count below the cut.
alter table cuts add column repairs bigint not null default 0;
