-- By which policy the gate of each model judges, apart from the configuration that was applied.

-- Every policy that came into force; of a model the latest one is. A model that is taken out of the configuration keeps its
-- last one, and so does the place where its versions took the traffic.
create table gate_policies (
  id bigint generated always as identity primary key,
  model text not null,
  -- registered model and alias
  place text not null,
  -- as contracts/gate-rules.ts has it, and the digest of its canonical JSON
  rules jsonb not null,
  digest text not null,
  config_version bigint not null references config_versions,
  -- by whose approval it came into force; null: it was no looser than the one before
  release text unique references releases,
  since timestamptz not null
);

create index gate_policies_by_model on gate_policies (model, id desc);
create index gate_policies_by_place on gate_policies (place, model, id desc);

create trigger gate_policies_append_only before update or delete or truncate on gate_policies
  for each statement execute function refuse_change();

-- Looser policies that were applied, and are asked for at the gate of the one in force. Kept whatever came of it.
create table asked_policies (
  seq bigint generated always as identity unique,
  run_key text primary key,
  model text not null,
  -- subject of who applied it
  person text not null,
  -- as contracts/policy-change.ts has it
  asked jsonb not null,
  asked_at timestamptz not null
);

create index asked_policies_by_model on asked_policies (model, seq desc);

create trigger asked_policies_append_only before update or delete or truncate on asked_policies
  for each statement execute function refuse_change();
