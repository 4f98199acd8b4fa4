-- Repetitions removed exactly: whole predictions wait as halves do, and what a join counted stays known by its id.

-- null: a whole prediction
alter table halves alter column request drop not null;

-- Whole predictions count as requests that have their other half. `repeated` were removed; `differing` came under an id
-- that another content had.
alter table join_counts add column differing bigint not null default 0;

-- How many ids a join left, less those that are forgotten.
alter table joins add column ids bigint not null default 0 check (ids >= 0);

-- The first row of each id in each partition, until repetitions of it are not looked for any more.
create table joined_ids (
  -- readings.number
  reading int not null,
  -- the join that counted it, or one of the same content
  number int not null,
  -- event time, milliseconds since 1970
  at_ms bigint not null,
  partition int not null,
  -- the first 16 bytes of SHA-256 of the id as halves have it
  key bytea not null,
  -- and of version, a line end and values
  content bytea not null
);

create index joined_ids_by_key on joined_ids (reading, key);
