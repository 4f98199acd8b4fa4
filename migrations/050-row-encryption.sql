-- Single rows may be encrypted with a key of their model: the id of that key stands beside them. Null: as they are.

alter table parts add column key_id text;
alter table merged_parts add column key_id text;
alter table model_references add column key_id text;
alter table proposed_references add column key_id text;
alter table guard_rows add column key_id text;
alter table guard_fits add column key_id text;
alter table dead_letters add column key_id text;
alter table halves add column key_id text;
alter table estimator_rows add column key_id text;

-- What tells two contents of one id apart, as joined_ids.content: encrypted values do not. Null: the values are as they are.
alter table halves add column content bytea;

-- A row that was erased leaves a sample that may be encrypted with another key.
create or replace function refuse_all_but_sample() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('driftgate.erasing', true) = 'on'
    and to_jsonb(old) - 'sample' - 'key_id' = to_jsonb(new) - 'sample' - 'key_id' then
    return new;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;

-- Which keys are still needed, and for how much.
create view row_keys as
  select r.model, k.key_id, k.place, count(*) as rows
  from (
    select reading, key_id, 'parts' as place from parts
    union all select reading, key_id, 'merged_parts' from merged_parts
    union all select reading, key_id, 'dead_letters' from dead_letters
    union all select reading, key_id, 'halves' from halves
  ) k join readings r on r.id = k.reading
  where k.key_id is not null group by 1, 2, 3
  union all
  select model, key_id, place, count(*) from (
    select model, key_id, 'model_references' as place from model_references
    union all select model, key_id, 'proposed_references' from proposed_references
    union all select model, key_id, 'guard_rows' from guard_rows
    union all select model, key_id, 'guard_fits' from guard_fits
    union all select model, key_id, 'estimator_rows' from estimator_rows
  ) m where key_id is not null group by 1, 2, 3;

-- Whether samples are kept is said beside everything else that is said of single rows.
update config_versions c
set settings = jsonb_set(c.settings, '{models}', (
  select jsonb_object_agg(m.model,
    case when jsonb_typeof(m.said -> 'log') = 'object' and m.said -> 'log' ? 'keepSample'
      then m.said || jsonb_build_object('log', (m.said -> 'log') - 'keepSample')
        || case when m.said #> '{log,keepSample}' = 'false'
             then '{"data": {"rows": "needed"}}'::jsonb else '{}'::jsonb end
      else m.said end)
  from jsonb_each(c.settings -> 'models') as m(model, said)))
where c.settings @? '$.models.*.log.keepSample';
