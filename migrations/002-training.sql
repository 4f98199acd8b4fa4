-- Retrainings, the candidates they gave, and every move of a rollout target.

create table retrainings (
  run_key text primary key check (run_key ~ '^[0-9a-f]{12}$'),
  model text not null,
  incident text,
  -- event time from which rows are used
  rows_from timestamptz not null,
  requested_by text[] not null,
  reason text not null,
  settings_digest text not null,
  -- prepared: the intent; submitting: a request may have been delivered; lost: nobody knows the end
  state text not null default 'prepared'
    check (state in ('prepared', 'submitting', 'submitted', 'succeeded', 'failed', 'lost')),
  -- exact offset ranges and everything else the job is told, and the digest of that file
  spec jsonb,
  spec_digest text,
  submission_id text,
  result text,
  prepared_at timestamptz not null default now(),
  -- before the first and before the latest request to the cluster
  first_submitting_at timestamptz,
  submitting_at timestamptz,
  submitted_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  check (state not in ('succeeded', 'failed', 'lost') or ended_at is not null)
);

create index retrainings_by_model on retrainings (model, prepared_at desc);

create table candidates (
  run_key text primary key references retrainings,
  model text not null,
  version text not null,
  -- file name -> sha256, as the marker has them
  files jsonb not null,
  marker_digest text not null,
  metrics jsonb not null,
  trained_on tstzrange not null,
  held_out tstzrange not null,
  -- champion and candidate on the same held-out rows
  comparison jsonb,
  registered_at timestamptz not null default now(),
  unique (model, version)
);

-- Written before the target moves, completed after it was read back: the way back is always known.
create table promotions (
  id bigint generated always as identity primary key,
  model text not null,
  version text not null,
  -- null: the model had no champion
  previous_version text,
  expected_generation text not null,
  generation text,
  asked_at timestamptz not null default now(),
  moved_at timestamptz
);

create index promotions_by_model on promotions (model, id desc);
