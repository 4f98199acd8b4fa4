-- An alias may share the requests of its version with another one, and send a copy of them to a third.

alter table registered_aliases
  add column canary integer,
  add column canary_percent integer check (canary_percent between 1 and 99),
  add column shadow integer,
  -- the move that set the three: after a move by whoever does not know them they hold no more
  add column shares_at bigint,
  add check ((canary is null) = (canary_percent is null)),
  add foreign key (name, canary) references registered_versions,
  add foreign key (name, shadow) references registered_versions;
