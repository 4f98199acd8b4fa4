-- What the owners of a model are told of that is no drift: one row for each time that a cause held.
create table notices (
  id text primary key,
  model text not null,
  cause text not null,
  state text not null check (state in ('open', 'resolved')),
  opened_at timestamptz not null,
  resolved_at timestamptz,
  -- the whole notice, as contracts/notice.ts has it
  notice jsonb not null,
  check ((state = 'resolved') = (resolved_at is not null))
);

create index notices_by_model on notices (model, opened_at desc);

-- A card shows a release, an incident or a notice, all of them by one mechanism.
alter table cards rename column release to subject;
alter table cards add column kind text not null default 'release'
  check (kind in ('release', 'incident', 'notice'));
alter table cards alter column kind drop default;
-- which of the cards of its subject: of a release the digest of what it shows; others have one
alter table cards rename column evidence_digest to version;
alter table cards drop constraint cards_release_evidence_digest_channel_key;
alter table cards add unique (kind, subject, version, channel);
-- since when the chat does not show what is wanted
alter table cards add column behind_since timestamptz;
-- the picture that the chat was given last: of which evidence, and by which name the chat knows it
alter table cards add column picture text, add column picture_reference text;
-- why it was not shown, and when it is tried again
alter table cards add column picture_after timestamptz;
update cards set
  behind_since = case when shown < wanted then now() end,
  card = card - 'release'
    || jsonb_build_object('subject', jsonb_build_object('kind', 'release', 'id', subject));
drop index cards_behind;
create index cards_behind on cards (behind_since) where shown < wanted;
