-- What must hold of every release whose round is over, told by the tables alone: nothing here is shared with the program
-- that writes them. `outside_...` is what the target and those around it saw, `seen_...` what people were told.
-- One row for each thing that does not hold; no row, and the releases are right.

with ended as (
  select e.release, e.name, e.kind, r.state, r.candidate_version as candidate,
    t.traffic, t.traffic = jsonb_build_object('stable', r.candidate_version, 'canary', null, 'shadow', null) as has_all,
    t.traffic = '{"stable":"1","canary":null,"shadow":null}' as is_back,
    (select max(id) from outside_changes c where c.name = e.name and not by_us) as by_hand,
    (select max(id) from outside_changes c where c.name = e.name and by_us) as by_us
  from seen_ends e left join releases r using (release) join outside_traffic t using (name)),
ours as (
  select name, traffic, count(*) as n from outside_changes where by_us group by name, traffic),
recorded as (
  select model as name, traffic, count(*) as n from traffic_moves where moved_at is not null group by model, traffic),
link as (
  select seq, decision as bytes, prev_hash, hash, release,
    lag(hash, 1, repeat('0', 64)) over (order by seq) as before, lag(seq, 1, 0::bigint) over (order by seq) as last
  from decisions)

-- Each has an end, and the traffic is what the end says, unless another hand came after us.
select 'a release has no end' as broken, release as place from ended
where state is null or state in ('waiting', 'promoting')
union all
select 'it is promoted, and its version does not have all of the traffic: ' || traffic::text, release from ended
where state = 'promoted' and not has_all and coalesce(by_hand, 0) < by_us
union all
select 'it is rolled back, and what served before does not have all of the traffic: ' || traffic::text, release from ended
where state = 'rolled-back' and not is_back and coalesce(by_hand, 0) < by_us
union all
select 'it ended as ' || state || ' and nobody else had moved the traffic', release from ended
where state in ('void', 'failed') and by_hand is null

-- What a person did to the traffic is never undone.
union all
select 'we moved the traffic after another hand did', release from ended where by_hand < by_us

-- A bad canary goes back, and a good one does not.
union all
select 'it ended as ' || state || ' in: ' || kind, release from ended
where (kind in ('a bad canary', 'a person aborts', 'rolled back after its end') and state <> 'rolled-back')
  or (kind in ('all is well', 'too few requests', 'monitoring is away, and comes back', 'rolled back after a later decision')
    and state <> 'promoted')

-- Every state that the target was in by us is on record, once for each time; and nothing is on record that never was.
union all
select 'the target was in a state by us that is not on record: ' || o.traffic::text, o.name
from ours o left join recorded r using (name, traffic) where r.n is null
union all
select 'a move is on record as made that never was: ' || r.traffic::text, r.name
from recorded r join seen_ends using (name) left join ours o using (name, traffic)
where o.n is null and not exists (
  select from outside_changes c where c.name = r.name and c.traffic = r.traffic)
union all
select 'a move was made twice: ' || o.traffic::text, o.name
from ours o join recorded r using (name, traffic) where o.n > r.n
union all
select 'nobody knows what became of a move', m.release || ' #' || m.seq
from traffic_moves m join seen_ends using (release) where m.moved_at is null and m.refused is null
union all
select 'a number is missing among the moves', release from traffic_moves join seen_ends using (release)
group by release having max(seq) + 1 <> count(*)

-- The chain is whole, and what people were told is in it.
union all
select 'a number is missing in the chain', release || ' #' || seq from link where seq <> last + 1
union all
select 'a link does not follow the one before', release || ' #' || seq from link where prev_hash <> before
union all
select 'a hash is not that of its bytes', release || ' #' || seq from link
where hash <> encode(sha256(convert_to(prev_hash || bytes, 'UTF8')), 'hex')
union all
select 'somebody was told ' || outcome || ' and it is not on record', release from seen_orders s
where not exists (
  select from decisions d where d.release = s.release and d.decision::jsonb ->> 'order' = s.command
    and (d.decision::jsonb ->> 'outcome' = s.outcome or s.outcome = 'NOT_NOW'))
