-- What people answer in chat, and who they are there.

-- A delivery of a chat product that was heard: the same one again does nothing.
create table chat_deliveries (
  channel text not null,
  delivery text not null,
  received_at timestamptz not null,
  primary key (channel, delivery)
);
create index chat_deliveries_by_age on chat_deliveries (received_at);

-- Every answer is kept before it is acknowledged, and stays until it is applied.
create table chat_answers (
  id bigint generated always as identity primary key,
  channel text not null,
  -- as accountName has it
  account text not null,
  verb text not null,
  subject text not null,
  digest text not null,
  -- as contracts/chat-answer.ts has it
  answer jsonb not null,
  received_at timestamptz not null,
  tries integer not null default 0,
  -- nobody else applies it before: a lease, or a pause after an attempt that came to nothing
  not_before timestamptz not null,
  -- why the last attempt came to nothing
  problem text,
  answered_at timestamptz,
  -- what the person was told
  told text
);
-- Two clicks before the first is applied are one.
create unique index chat_answers_waiting
  on chat_answers (channel, account, verb, subject, digest) where answered_at is null;
create index chat_answers_due on chat_answers (not_before) where answered_at is null;

-- Whose account it is: linked once by signing in.
create table chat_accounts (
  id bigint generated always as identity primary key,
  kind text not null,
  workspace text not null,
  account text not null,
  name text not null,
  -- subject of the identity provider
  person text not null,
  person_name text not null,
  -- what tells people apart who have more than one account; null: the subject does
  known_as text,
  linked_at timestamptz not null,
  unlinked_at timestamptz,
  unlinked_by text
);
create unique index chat_accounts_linked
  on chat_accounts (kind, workspace, account) where unlinked_at is null;
create index chat_accounts_of_person on chat_accounts (person) where unlinked_at is null;

-- Links by which accounts were linked: each is good once.
create table used_chat_links (
  jti text primary key,
  used_at timestamptz not null
);

-- The last sign-in of each person, for when no group source is asked.
create table sign_ins (
  person text primary key,
  name text not null,
  known_as text,
  roles text[] not null,
  groups text[] not null default '{}',
  at timestamptz not null
);
