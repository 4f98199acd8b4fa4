-- A record may hold a batch of predictions: rows of the good records of a slice, or of a repair, beyond one for each.

alter table ledger_slices add column more_rows bigint not null default 0 check (more_rows >= 0);
alter table ledger_repairs add column more_rows bigint not null default 0 check (more_rows >= 0);
