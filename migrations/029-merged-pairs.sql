-- Parts of joins are merged and lifted as those of slices: how many of its rows are in merged parts now.
alter table joins add column moved_rows bigint not null default 0 check (moved_rows >= 0);
