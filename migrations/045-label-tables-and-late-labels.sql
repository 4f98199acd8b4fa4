-- Labels that are read from a table: its rows are numbered in the order in which they were read, and a slice says up to
-- which row it went ({"at": ..., "key": ...} as text). Null: of a log.
alter table ledger_slices add column cursor jsonb;

-- Labels that came after the final measure of their window, which stays as it is: how many, and what the window would have
-- been measured to with them, where they are enough to look once more (null: they are not).
create table late_labels (
  model text not null,
  window_start timestamptz not null,
  labels int not null check (labels > 0),
  -- the plan of labels by which they were counted
  labels_at timestamptz not null,
  -- as contracts/performance.ts has it
  report jsonb,
  recorded_at timestamptz not null default now(),
  primary key (model, window_start),
  foreign key (model, window_start) references performances
);

-- Labels that could not be read at first and then could: what a repair brought, and which repairs a plan of labels knew.
alter table labels add column repair int not null default 0;
alter table label_cuts add column repairs bigint not null default 0;
alter table ledger_repairs
  add column labels bigint not null default 0 check (labels >= 0),
  add column label_rate double precision check (label_rate > 0 and label_rate <= 1),
  add column lifted_labels bigint not null default 0 check (lifted_labels >= 0);
