-- What must hold of every retraining that came to its end, told by the tables alone: nothing here is shared with the
-- program that writes them. `seen_...` is what registry, cluster, folder and system were seen to have.
-- One row for each thing that does not hold; no row, and the retrainings are right.

with ended as (
  select r.number, r.run_key, r.may_fail, t.state, t.result, t.submission_id, t.ended_at
  from seen_rounds r left join retrainings t using (run_key)),
latest as (select * from ended order by number desc limit 1),
registered as (select run_key, count(*) as n from seen_versions group by run_key)

-- Each has one end, which is on record with its reason.
select 'a retraining is not on record' as broken, run_key as place from ended where state is null
union all
select 'a round led to ' || count(*) || ' retrainings', 'round ' || number from seen_rounds
group by number having count(*) > 1
union all
select 'a retraining has no end', run_key from ended
where state not in ('succeeded', 'failed', 'lost') or ended_at is null
union all
select 'a retraining ended without a reason', run_key from ended where coalesce(result, '') = ''
union all
select 'a retraining failed though nobody touched its cluster: ' || state || ', ' || result, run_key from ended
where state in ('failed', 'lost') and not may_fail

-- One that succeeded is one version, of the files that its marker names, and compared; any other none.
union all
select 'a retraining that ' || e.state || ' has ' || coalesce(r.n, 0) || ' versions', e.run_key
from ended e left join registered r using (run_key)
where coalesce(r.n, 0) <> case when e.state = 'succeeded' then 1 else 0 end
union all
select 'a version is not ready: ' || status, run_key from seen_versions where status <> 'READY'
union all
select 'a version has other bytes than the marker names: ' || spoiled, run_key from seen_versions
where spoiled is not null
union all
select 'a run folder has other bytes than the marker names: ' || spoiled, run_key from seen_markers
where spoiled is not null
union all
select 'the registry has more than one run', run_key from seen_runs group by run_key having count(*) > 1
union all
select 'a version is not on record as it is', e.run_key
from ended e left join candidates c using (run_key) left join seen_versions v using (run_key)
left join seen_markers m using (run_key)
where e.state = 'succeeded'
  and (c.version is distinct from v.version or c.marker_digest is distinct from m.digest)
union all
select 'a candidate of what did not succeed', c.run_key from candidates c join ended e using (run_key)
where e.state <> 'succeeded'
union all
select 'a candidate was not compared', c.run_key from candidates c join ended e using (run_key)
where c.comparison is null or c.comparison ->> 'championVersion' is distinct from (
  select version from candidates where run_key = '000000000000')

-- One job, of which nothing is left.
union all
select 'a job was started ' || count(*) || ' times', run_key from seen_drivers group by run_key having count(*) > 1
union all
select 'a retraining succeeded of which no job was started', run_key from ended e
where state = 'succeeded' and not exists (select from seen_drivers d where d.run_key = e.run_key)
union all
select 'something is left behind: ' || left(what, 200), 'round ' || number from seen_left

-- What was reserved is settled: spent where a cluster was asked, given back where none was.
union all
select 'a part of the budget was never reserved', run_key from ended e
where not exists (select from retraining_reservations b where b.run_key = e.run_key)
union all
select 'a part of the budget is ' || b.state, b.run_key
from retraining_reservations b join ended e using (run_key) join retrainings t using (run_key)
where b.settled_at is null
  or b.state <> case when t.first_submitting_at is null then 'released' else 'spent' end
union all
select 'a part of the budget is reserved for no round', run_key from retraining_reservations b
where not exists (select from seen_rounds r where r.run_key = b.run_key)
union all
select 'somebody still waits for a retraining', model from retraining_wishes

-- The steward has heard of it, says how it ended, and is free for the next.
union all
select 'the steward has heard of the end ' || n || ' times', run_key
from (select l.run_key, (
        select count(*) from stewards w, jsonb_array_elements_text(w.state -> 'seen') as event
        where event like 'retrain/m/' || l.run_key || '/%') as n
      from latest l) heard
where n <> 1
union all
select 'the steward is not free: ' || part, model
from stewards, unnest(array['retraining', 'wanted', 'release']) as part
where jsonb_typeof(state -> part) <> 'null'
union all
select 'the incident says something else than that it ' || l.state || ': ' || (w.state #>> '{drift,next}'), l.run_key
from latest l, stewards w
where w.state #>> '{drift,runKey}' = l.run_key and w.state #>> '{drift,next}' !~ case l.state
  when 'succeeded' then '^the candidate '
  when 'failed' then '^the retraining failed: .'
  else '^nobody knows how the retraining ended: .' end
order by 1, 2
