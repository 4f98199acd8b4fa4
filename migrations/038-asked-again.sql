-- A request that would have expired is asked once more where its policy says so.
alter table gate_events drop constraint gate_events_kind_check;
alter table gate_events add constraint gate_events_kind_check
  check (kind in ('half-time', 'last-call', 'escalated', 'asked-again', 'review-overdue'));
