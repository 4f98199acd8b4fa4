-- What retrainings take of the retraining budgets: one row for each run key, written before the run may start.
create table retraining_reservations (
  run_key text primary key check (run_key ~ '^[0-9a-f]{12}$'),
  model text not null,
  reserved_at timestamptz not null,
  -- in the unit of the configuration: as declared, then as the job reported it
  cost double precision not null check (cost >= 0),
  -- reserved: it may run; spent: it has ended; released: no cluster was ever asked, so it counts no more
  state text not null default 'reserved' check (state in ('reserved', 'spent', 'released')),
  settled_at timestamptz,
  -- what a person's request passed by; null: nothing
  passed text,
  check ((state = 'reserved') = (settled_at is null))
);

create index retraining_reservations_by_time on retraining_reservations (reserved_at)
  where state <> 'released';
create index retraining_reservations_open on retraining_reservations (model)
  where state = 'reserved';

-- Models that would be retrained now and may not yet; one row for each, gone once it starts or nobody wants it any more.
create table retraining_wishes (
  model text primary key,
  -- of the wish, however often it was put off
  since timestamptz not null,
  priority int not null,
  critical boolean not null,
  cost double precision not null check (cost >= 0),
  waits_for text not null,
  reason text not null,
  -- null: nobody knows
  until timestamptz,
  look_at timestamptz not null
);

create index retraining_wishes_by_hold on retraining_wishes (waits_for);

-- What a run cost as its job reported it; null: it did not.
alter table retrainings add column cost double precision check (cost >= 0);

-- Many models breached at once: nothing starts by itself until a person, or the end of their incidents, ends it.
create table retraining_storms (
  id bigint generated always as identity primary key,
  began_at timestamptz not null,
  -- those that had breached when it began, how many are a storm, and how many models there were
  models text[] not null,
  needed int not null check (needed > 0),
  fleet int not null check (fleet >= needed),
  ended_at timestamptz,
  -- null: it goes on, or the incidents of its models ended
  released_by text,
  reason text,
  check (released_by is null or ended_at is not null)
);

create unique index retraining_storms_open on retraining_storms ((ended_at is null))
  where ended_at is null;

-- What the steward of a model said of retraining it, whenever that was something else than before.
create table retraining_decisions (
  id bigint generated always as identity primary key,
  model text not null,
  decided_at timestamptz not null,
  -- which asks for it; null: none does
  incident text,
  -- the sentence up to its first colon: a number that counts on is no new decision
  topic text not null,
  sentence text not null
);

create index retraining_decisions_by_model on retraining_decisions (model, id desc);
