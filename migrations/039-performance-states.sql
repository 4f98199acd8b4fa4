-- What final windows leave behind of each version and segment, for those after them: sums while what is usual is
-- learned, then that, frozen, and the stream of errors as it was after the window.

create table performance_states (
  model text not null,
  -- how errors are told: a digest of task, classes and threshold
  definition text not null,
  version text not null,
  -- '': all predictions of the version
  segment text not null,
  window_start timestamptz not null,
  -- what the window adds to what is usual; null: it was known already
  lesson jsonb,
  -- what is usual, of the window that completed it
  usual jsonb,
  -- null: still learning
  stream jsonb,
  primary key (model, definition, version, segment, window_start),
  foreign key (model, window_start) references performances on delete cascade
);
create index performance_states_usual on performance_states (model, definition, version, segment)
  where usual is not null;
