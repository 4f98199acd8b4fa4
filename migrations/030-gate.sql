-- Who counts at the gate.

-- Whose account a subject is, as the identity provider said when somebody asked for something with it.
create table accounts (
  subject text not null,
  -- value of gateway.personClaim
  person text not null,
  first_seen_at timestamptz not null,
  primary key (subject, person)
);

create trigger accounts_append_only before update or delete or truncate on accounts
  for each statement execute function refuse_change();

-- Reminders and escalations of a gate that nobody had answered: each once.
create table gate_events (
  release text not null references releases,
  kind text not null check (kind in ('half-time', 'last-call', 'escalated', 'review-overdue')),
  -- as the workflow counts time
  at timestamptz not null,
  -- when the chat was told
  told_at timestamptz,
  primary key (release, kind)
);

-- When what is shown was asked, as the workflow counts time: approvals of before count no more. Null: before this was kept.
alter table releases add column asked_at timestamptz;

-- Rights to answer that people handed to others for a time.
create table delegations (
  id uuid primary key,
  -- signed by the gateway: the columns are read from it and serve to look for it
  token text not null,
  account text not null,
  handed_to text not null,
  model text,
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at),
  made_at timestamptz not null,
  -- when it was taken back, and by whom
  ended_at timestamptz,
  ended_by text,
  check ((ended_at is null) = (ended_by is null))
);

create index delegations_by_receiver on delegations (lower(handed_to), until_at);

-- What was approved by breaking the glass: others have to look at it afterwards.
create table reviews (
  release text primary key references releases,
  state text not null check (state in ('open', 'upheld', 'objected')),
  -- name of who broke it, and why
  broken_by text not null,
  reason text not null,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  ended_at timestamptz,
  check ((state = 'open') = (ended_at is null))
);
