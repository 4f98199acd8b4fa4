-- References that people propose from what the log holds, and from which window on one is in force.

-- Null: for every window of its version. A later one counts for the windows that start then or later, so that a window
-- that was judged before is judged again against what was in force for it.
alter table model_references add column windows_from timestamptz;

-- The same rows may be absorbed once more after something else was.
do $$
declare
  former text;
begin
  select conname into former from pg_constraint
  where conrelid = 'model_references'::regclass and contype = 'u';
  execute format('alter table model_references drop constraint %I', former);
end
$$;
create unique index model_references_once on model_references
  (model, name, model_version, segment, profile, coalesce(windows_from, '-infinity'::timestamptz));

-- What a person proposed; its profiles are in "profiles". Kept whatever came of it.
create table proposed_references (
  run_key text primary key,
  model text not null,
  -- as contracts/proposal.ts has it
  proposal jsonb not null,
  sample bytea,
  proposed_at timestamptz not null default now()
);

create trigger proposed_references_append_only before update or delete or truncate on proposed_references
  for each statement execute function refuse_change();
