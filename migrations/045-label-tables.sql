-- Labels that are read from a table: its rows are numbered in the order in which they were read, and a slice says up to
-- which row it went ({"at": ..., "key": ...} as text). Null: of a log.
alter table ledger_slices add column cursor jsonb;
