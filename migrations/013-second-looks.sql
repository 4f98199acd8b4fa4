-- A window that was judged again because enough of its rows came after its verdict. The verdict itself stays.

create table second_looks (
  model text not null,
  window_start timestamptz not null,
  look int not null check (look > 0),
  reading text not null references readings,
  cut jsonb not null,
  repairs bigint not null,
  -- of its rows, what came after the look before
  share float8 not null,
  verdict text not null,
  evidence_digest text not null,
  report jsonb not null,
  judged_at timestamptz not null default now(),
  primary key (model, window_start, look),
  unique (model, window_start, evidence_digest)
);
