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
