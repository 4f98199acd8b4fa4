-- Of the last record that a partition was read to: its offset, and the epoch of the leader that took it. Null: not known.

alter table ledger_heads
  add column marked_offset bigint,
  add column marked_epoch int,
  add check ((marked_offset is null) = (marked_epoch is null));
