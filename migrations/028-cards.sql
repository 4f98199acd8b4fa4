-- Cards that people see in chat. Each is a view of the record and may be shown again from it at any time.

create table cards (
  -- names the card to the chat, across attempts
  key text primary key,
  -- as in chat.<name> of the configuration
  channel text not null,
  release text not null,
  evidence_digest text not null,
  -- as it should be shown
  card jsonb not null,
  -- counts the changes of the card
  wanted integer not null check (wanted > 0),
  -- the last revision that the chat is known to show
  shown integer not null default 0 check (shown between 0 and wanted),
  -- by which the chat knows it; null: it is not known to be there
  reference text,
  -- when posting it was first tried, until the chat has answered
  attempted_at timestamptz,
  shown_at timestamptz,
  -- the chat takes nothing before
  not_before timestamptz,
  -- why the last attempt came to nothing
  problem text,
  unique (release, evidence_digest, channel)
);

create index cards_behind on cards (release) where shown < wanted;
