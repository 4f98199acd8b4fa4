-- A changed way of reading begins with the next window of its model, and may be backfilled from there downwards.

-- Windows from here on are in it as a whole; null: it began with the first record of the log.
alter table readings add column windows_from timestamptz;

-- Where the partition was opened: what lies below was backfilled.
alter table ledger_heads add column opened bigint;
update ledger_heads set opened = began;
alter table ledger_heads
  alter column opened set not null,
  add check (began <= opened and opened <= head);

-- Where the reading began when the window was planned: what was backfilled later is not in it. Null: nothing can be.
alter table cuts
  add column windows_from timestamptz,
  add column began jsonb,
  add check ((windows_from is null) = (began is null));

-- A stretch of older offsets that somebody asked to be read, and whether it was.
create table backfills (
  reading text not null references readings,
  windows_from timestamptz not null,
  -- partition -> [the first offset wanted, the offset where the reading began]
  partitions jsonb not null,
  asked_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (reading, windows_from)
);
