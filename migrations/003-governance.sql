-- What stays open, what was asked of people, and what they answered.

create table stewards (
  model text primary key,
  state jsonb not null,
  saved_at timestamptz not null
);

create table incidents (
  id text primary key,
  model text not null,
  kind text not null check (kind in ('DRIFT', 'DATA_QUALITY')),
  state text not null check (state in ('open', 'resolved')),
  opened_at timestamptz not null,
  resolved_at timestamptz,
  -- the whole incident, as contracts/incident.ts has it
  incident jsonb not null,
  check ((state = 'resolved') = (resolved_at is not null))
);

create index incidents_by_model on incidents (model, opened_at desc);

-- A number is given once per run key and never again.
create table release_numbers (
  model text not null,
  n integer not null check (n > 0),
  run_key text not null unique,
  primary key (model, n)
);

-- Everything that was ever shown to people, by its digest.
create table release_evidence (
  digest text primary key,
  release text not null,
  evidence jsonb not null,
  shown_at timestamptz not null
);

create table releases (
  release text primary key,
  model text not null,
  n integer not null,
  run_key text not null,
  candidate_version text not null,
  incident text,
  requested_by text[] not null,
  state text not null
    check (state in ('waiting', 'promoting', 'promoted', 'rejected', 'expired', 'void', 'failed')),
  reason text not null default '',
  evidence_digest text not null references release_evidence,
  opened_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  foreign key (model, n) references release_numbers
);

create index releases_by_model on releases (model, n desc);

-- Every answer, obeyed or refused, as one chain: hash = sha256(prev_hash || canonical JSON of the answer).
create table decisions (
  seq bigint primary key check (seq > 0),
  id text not null unique,
  release text not null,
  -- as text and not as jsonb: these bytes were hashed
  decision text not null,
  prev_hash text not null unique,
  hash text not null unique
);

create index decisions_by_release on decisions (release, seq);

-- A token counts once; `used_by` lets the same answer come again after a lost acknowledgement.
create table used_tokens (
  jti text primary key,
  used_by text not null,
  release text not null,
  used_at timestamptz not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;

create trigger decisions_append_only before update or delete or truncate on decisions
  for each statement execute function refuse_change();
create trigger used_tokens_append_only before update or delete or truncate on used_tokens
  for each statement execute function refuse_change();
create trigger release_evidence_append_only before update or delete or truncate on release_evidence
  for each statement execute function refuse_change();
