-- The input guard: the rows it is fitted to, what it learned of a reference, and what it counted.

-- Rows of a reference beyond its sample, in the bytes of `profiles/sample.ts`; only where guard.rows asks for them.
create table guard_rows (
  model text not null,
  model_version text not null,
  profile text not null references profiles,
  rows int not null,
  sample bytea not null,
  -- or when a row of it was erased
  stored_at timestamptz not null default now(),
  primary key (model, model_version, profile)
);

-- What was fitted, by the digest of all that it follows from: every guard gives the same answer.
create table guard_fits (
  id text primary key,
  model text not null,
  model_version text not null,
  -- the reference that it was fitted to
  profile text not null references profiles,
  fit jsonb not null,
  fitted_at timestamptz not null default now()
);

-- One row for each process. `batch` numbers what it has counted: a repeated batch is known by it.
create table guards (
  id uuid primary key,
  started_at timestamptz not null,
  last_at timestamptz not null,
  -- null: it runs, or was killed
  ended_at timestamptz,
  batch bigint not null default 0
);

-- Inputs by what came of them, in buckets of event time. Segment '': all inputs. Cause '': each input once; else each
-- reason or repair once.
create table guard_counts (
  model text not null,
  bucket timestamptz not null,
  segment text not null,
  outcome text not null,
  cause text not null,
  inputs bigint not null,
  primary key (model, bucket, segment, outcome, cause)
);

-- The same of all times, which no retention makes fall: for metrics.
create table guard_totals (
  model text not null,
  outcome text not null,
  cause text not null,
  inputs bigint not null,
  primary key (model, outcome, cause)
);

-- By the minute of their arrival, to see a flood of refusals while it is there.
create table guard_minutes (
  model text not null,
  minute timestamptz not null,
  judged bigint not null,
  refused bigint not null,
  primary key (model, minute)
);
