-- What a rollout target was found to hold though no release had put it there: at the first look, and moved by hand.

create table found_traffic (
  id bigint generated always as identity primary key,
  model text not null,
  -- what the record said; null: nothing was known
  expected jsonb,
  found jsonb not null,
  generation text not null,
  found_at timestamptz not null,
  -- first: adopted, since nothing was known; accepted: a person acknowledged it; back: what was expected is there
  -- again; moved: a release, or a further hand, put something else there; null: it is so and nobody said anything
  ended_as text check (ended_as in ('first', 'accepted', 'back', 'moved')),
  ended_at timestamptz,
  -- who acknowledged it
  accepted_by text,
  check ((ended_as is null) = (ended_at is null)),
  check ((ended_as = 'accepted') = (accepted_by is not null))
);

create index found_traffic_by_model on found_traffic (model, id desc);
create unique index found_traffic_open on found_traffic (model) where ended_as is null;
