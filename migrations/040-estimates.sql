-- How well models are expected to do before their labels come.

-- Fitted once for each version to the labels of its first final windows, and never again.
create table estimators (
  model text not null,
  version text not null,
  -- digest of what is asked of labels: their task, and which class is meant
  asked text not null,
  kind text not null check (kind in ('cbpe', 'dle')),
  definition int not null,
  -- what was known then: the moment of the label plan, see label_cuts
  fitted_at timestamptz not null,
  evidence jsonb not null,
  -- of kind, definition, evidence and payload
  digest text not null,
  payload jsonb not null,
  recorded_at timestamptz not null default now(),
  primary key (model, version, asked)
);

-- Rows of the sample that it was fitted to, for inputs that shift: these are weighted anew. One can go without the others.
create table estimator_rows (
  model text not null,
  version text not null,
  asked text not null,
  -- of the prediction, as predictions.id
  id text not null,
  score double precision not null,
  -- whether the positive class was chosen; null: numbers are foretold
  chosen boolean,
  label double precision not null,
  segments text[],
  -- of the features, by the names that the payload has
  "values" jsonb not null,
  primary key (model, version, asked, id),
  foreign key (model, version, asked) references estimators on delete cascade
);

create table estimates (
  model text not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  -- the scan that asked, by the start of its window
  scan timestamptz not null,
  asked text not null,
  -- versions without an estimator: once there is one, the window is estimated
  waiting text[] not null,
  evidence_digest text not null,
  report jsonb not null,
  recorded_at timestamptz not null default now(),
  primary key (model, window_start)
);
create index estimates_by_scan on estimates (model, scan);
