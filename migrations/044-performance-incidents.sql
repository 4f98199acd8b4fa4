-- A third kind of incident: labels, or an estimate before them, say that a model does worse.

alter table incidents drop constraint incidents_kind_check;
alter table incidents add constraint incidents_kind_check
  check (kind in ('DRIFT', 'DATA_QUALITY', 'PERFORMANCE'));
