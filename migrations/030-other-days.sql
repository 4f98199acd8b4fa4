-- Event times may lie scattered over decades, and tables of days be as many. Days about now have one each, and the first
-- ones of all others; rows of further days share one.

create table predictions_other (like predictions including defaults);
alter table predictions attach partition predictions_other default;

-- false: its rows are in predictions_other
alter table prediction_days add column own boolean not null default true;

create or replace function ensure_prediction_day(wanted date) returns void
language plpgsql as $$
declare
  child text := format('predictions_%s', to_char(wanted, 'YYYYMMDD'));
  -- a year and a month, and what a clock may be ahead
  first date := (now() at time zone 'UTC')::date - 400;
  last date := (now() at time zone 'UTC')::date + 2;
  is_own boolean;
begin
  if exists (select from prediction_days where day = wanted and written_at > now() - interval '1 hour') then
    return;
  end if;
  insert into prediction_days (day, own) values (
    wanted,
    wanted between first and last
      or (select count(*) from prediction_days where own and day not between first and last) < 400)
  on conflict (day) do update set written_at = now() returning own into is_own;
  if not is_own or exists (select from pg_catalog.pg_class where relname = child) then
    return;
  end if;
  execute format('create table %I (like predictions including defaults)', child);
  execute format(
    'alter table predictions attach partition %I for values from (%L) to (%L)',
    child, wanted::timestamp at time zone 'UTC', (wanted + 1)::timestamp at time zone 'UTC'
  );
end
$$;
