-- What the answers of both arms of a step of a rollout came to, and up to where the log was read for it. One row holds
-- offsets and sums, so that whoever dies between two looks counts nothing twice.
create table rollout_sums (
  release text not null,
  step int not null,
  -- since when the target held the step: one that is entered again begins anew
  began timestamptz not null,
  model text not null,
  -- counts up with every commit: of two who read the same offsets one is late
  revision int not null,
  -- topic -> its id, and the next offset of every partition
  heads jsonb not null,
  sums jsonb not null,
  -- of the profiles of what both arms were asked; null: none was in force
  binning text references binnings (digest),
  stable_inputs bytea,
  candidate_inputs bytea,
  -- when they were held against each other, and what came of it
  compared jsonb,
  read_at timestamptz,
  primary key (release, step, began)
);
