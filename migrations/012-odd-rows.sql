-- Rows that were counted and are odd: with an event time after the broker's own, or with an id that their slice had before.

alter table ledger_slices
  add column ahead bigint not null default 0 check (ahead >= 0),
  add column repeated bigint not null default 0 check (repeated >= 0);
