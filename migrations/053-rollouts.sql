-- Releases whose traffic moves in steps.

-- Expand only: a worker of before writes none of the new state.
alter table releases drop constraint releases_state_check;
alter table releases add constraint releases_state_check check (
  state in ('waiting', 'promoting', 'promoted', 'rolled-back', 'rejected', 'expired', 'void', 'failed'));

-- Where the rollout of a release stands: what its workflow goes on from, also after a loss of Temporal's database.
create table rollouts (
  release text primary key,
  model text not null,
  -- As policies/rollout.ts has it.
  state jsonb not null,
  -- Section rollout of the model when it began: a later configuration changes nothing under way.
  settings jsonb not null,
  -- Newest look at the health of its step; null: none yet.
  health jsonb,
  began_at timestamptz not null,
  changed_at timestamptz not null
);

-- Every change of traffic that a release wanted: written before the target is touched, confirmed after.
create table traffic_moves (
  id bigint generated always as identity primary key,
  release text not null,
  model text not null,
  -- From 0 in a release.
  seq integer not null,
  before_traffic jsonb not null,
  traffic jsonb not null,
  expected_generation text not null,
  -- Who wanted it, a person or `rule:<name>`, and why.
  by text not null,
  reason text not null,
  asked_at timestamptz not null,
  -- Null: nobody knows yet whether it came through.
  moved_at timestamptz,
  generation text,
  -- Why it was refused; the target is as whoever moved it left it.
  refused text,
  unique (release, seq)
);
create index traffic_moves_by_model on traffic_moves (model, id desc);
