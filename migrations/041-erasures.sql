-- Erasure of single predictions: who asked for it and why, what it removed, and what must not be stored again.

create table erasures (
  -- in the order in which they were asked for, whatever the model
  number bigint primary key check (number > 0),
  model text not null,
  -- SHA-256 of the prediction id in UTF-8, hexadecimal
  id_digest text not null check (id_digest ~ '^[0-9a-f]{64}$'),
  -- by what the id is found in the bytes of a record, as contracts/erasure.ts has it
  needles jsonb not null,
  -- subject and name of who asked
  person text not null,
  name text not null,
  reason text not null,
  asked_at timestamptz not null
);
create index erasures_by_id on erasures (model, id_digest);

-- The id itself, until nothing holds it any more.
create table erasures_at_work (
  number bigint primary key references erasures,
  -- as JSON, which can hold any text
  id text not null
);

-- What each step removed, by table.
create table erased_rows (
  number bigint not null references erasures,
  place text not null,
  rows bigint not null check (rows > 0),
  at timestamptz not null default now()
);
create index erased_rows_by_number on erased_rows (number);

create table ended_erasures (
  number bigint primary key references erasures,
  ended_at timestamptz not null default now()
);

-- Samples that lost a row: verdicts that rest on one may not be judged again to the same bytes.
create table erased_samples (
  number bigint not null references erasures,
  model text not null,
  -- of rows of event time in [bucket, until) of a reading; or of a reference, by the digest of its profile
  reading text,
  bucket timestamptz,
  until timestamptz,
  reference text,
  at timestamptz not null default now(),
  check ((reading is null) <> (reference is null) and (reading is null) = (bucket is null) and (reading is null) = (until is null))
);
create index erased_samples_by_model on erased_samples (model);

create trigger erasures_append_only before update or delete or truncate on erasures
  for each statement execute function refuse_change();
create trigger erased_rows_append_only before update or delete or truncate on erased_rows
  for each statement execute function refuse_change();
create trigger ended_erasures_append_only before update or delete or truncate on ended_erasures
  for each statement execute function refuse_change();
create trigger erased_samples_append_only before update or delete or truncate on erased_samples
  for each statement execute function refuse_change();

-- Of its halves, those that no join saw and that were erased, or were not stored since their id is.
alter table ledger_slices add column erased_halves bigint not null default 0 check (erased_halves between 0 and halves);
alter table ledger_repairs add column erased_halves bigint not null default 0 check (erased_halves between 0 and halves);
-- Of the ids that a join left, those that were erased: they are in "ids" no more.
alter table joins add column erased_ids bigint not null default 0 check (erased_ids >= 0);

-- A proposal stays as it was but for the rows of its sample that were erased.
create function refuse_all_but_sample() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('driftgate.erasing', true) = 'on'
    and to_jsonb(old) - 'sample' = to_jsonb(new) - 'sample' then
    return new;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
drop trigger proposed_references_append_only on proposed_references;
create trigger proposed_references_append_only before update or delete on proposed_references
  for each row execute function refuse_all_but_sample();
create trigger proposed_references_no_truncate before truncate on proposed_references
  for each statement execute function refuse_change();

-- Since when a sample that the verdict on a window rests on lacks a row that was erased: of the window itself, of what was
-- merged into its references, or of a stored reference. Null: none does, or no sample could change what it says.
create function erased_since(of_model text, of_window timestamptz) returns timestamptz
language sql stable as $$
  select min(s.at)
  from cuts c
  join verdicts v using (model, window_start)
  join erased_samples s on s.model = c.model
  cross join lateral (select v.report #> '{evidence,references}' as merged) e
  where c.model = of_model and c.window_start = of_window
    and (v.verdict <> 'NO_DRIFT' or v.report #> '{evidence,samples}' is not null)
    and (
      s.reading in (c.reading, coalesce(c.beside ->> 'reading', '')) and (
        s.bucket < c.window_end and s.until > c.window_start
        or exists (
          select from jsonb_array_elements(e.merged) r, jsonb_array_elements(r -> 'looks') l,
            jsonb_array_elements(l -> 'merged') m
          where s.bucket < (m ->> 1)::timestamptz and s.until > (m ->> 0)::timestamptz))
      or s.reference = v.report #>> '{evidence,reference,profile}'
      or exists (
        select from jsonb_array_elements(e.merged) r, jsonb_array_elements(r -> 'looks') l
        where l ->> 'profile' = s.reference))
$$;
