-- Versions of models, for those who keep them here and not in a registry of their own. Files are in an object store.

create table registered_versions (
  name text not null,
  version integer not null check (version > 0),
  -- of the retraining that it comes from: one version each
  run_key text not null,
  metrics jsonb not null,
  registered_at timestamptz not null default now(),
  primary key (name, version),
  unique (name, run_key)
);

create table registered_files (
  name text not null,
  version integer not null,
  file text not null,
  -- by which it is found in the store, and held against when it is read
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bigint not null,
  primary key (name, version, file),
  foreign key (name, version) references registered_versions
);

create table registered_tags (
  name text not null,
  version integer not null,
  key text not null,
  value text not null,
  primary key (name, version, key),
  foreign key (name, version) references registered_versions
);

-- Which version a model server serves.
create table registered_aliases (
  name text not null,
  alias text not null,
  version integer not null,
  -- how often it was moved: a move back is another state
  moves bigint not null,
  moved_at timestamptz not null default now(),
  primary key (name, alias),
  foreign key (name, version) references registered_versions
);
