-- A log that carries requests and responses apart: its halves until they are joined, and what each join came to.

create table halves (
  reading text not null references readings,
  partition int not null,
  "offset" bigint not null,
  -- in a record that holds several
  place int not null,
  -- 0: of a slice, else of the repair of that number
  repair bigint not null,
  request boolean not null,
  -- as JSON, which can hold any text
  id text not null,
  -- event time, milliseconds since 1970
  at_ms bigint not null,
  version text not null,
  "values" text not null,
  primary key (reading, partition, "offset", place)
);

-- Rows of its good records that are halves, and in no part of it.
alter table ledger_slices add column halves bigint not null default 0 check (halves >= 0);
alter table ledger_repairs add column halves bigint not null default 0 check (halves >= 0);

-- The cuts of a reading one after the other, none below the one before. At each, the halves that lie below are joined;
-- the rows are parts of the partition -1, from number - 1 to number.
create table joins (
  reading text not null references readings,
  number bigint not null check (number > 0),
  began jsonb not null,
  cut jsonb not null,
  repairs bigint not null,
  -- the latest end of a window among this cut and those before
  window_end timestamptz not null,
  -- null until it is joined
  rows bigint check (rows >= 0),
  joined_at timestamptz,
  primary key (reading, number),
  check ((rows is null) = (joined_at is null))
);

-- What a join found of halves whose event time is in a bucket: those that count, those that have their other half now,
-- and those that came before.
create table join_counts (
  reading text not null,
  number bigint not null,
  bucket timestamptz not null,
  requests bigint not null,
  matched_requests bigint not null,
  responses bigint not null,
  matched_responses bigint not null,
  repeated bigint not null,
  primary key (reading, bucket, number),
  foreign key (reading, number) references joins
);
