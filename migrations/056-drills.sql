-- Releases that were rehearsed with the champion itself: what each station showed, and whether delivery was ready.
create table drills (
  drill text primary key,
  model text not null,
  n integer not null check (n > 0),
  -- names whoever asked, a run of the schedule or a request: asked again it is the same drill
  asked text not null unique,
  workflow_id text not null,
  requested_by text not null,
  state text not null default 'running'
    check (state in ('running', 'ready', 'not-ready', 'incomplete')),
  started_at timestamptz not null,
  ended_at timestamptz,
  run_key text not null unique check (run_key ~ '^[0-9a-f]{12}$'),
  champion text,
  -- what was registered under the name of drills; null: nothing yet
  registered text,
  version text,
  digest text,
  -- it was taken out of the registry again
  dropped boolean not null default false,
  cost double precision check (cost >= 0),
  stations jsonb not null default '[]',
  unique (model, n),
  check ((state = 'running') = (ended_at is null))
);

create index drills_by_model on drills (model, n desc);
create index drills_ready on drills (model, ended_at desc) where state = 'ready';

-- The drill that a run belongs to; null: a retraining, as all of before.
alter table retrainings add column drill text;

-- A drill is shown on a card, too.
alter table cards drop constraint cards_kind_check;
alter table cards add constraint cards_kind_check
  check (kind in ('release', 'incident', 'notice', 'drill'));
