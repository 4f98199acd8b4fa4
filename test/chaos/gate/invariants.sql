-- What must hold of every release that came to its end, told by the tables alone: nothing here is shared with the program
-- that writes them. `outside_...` is what the rollout target keeps, `seen_...` what people and chat were seen to be told.
-- One row for each thing that does not hold; no row, and the gate is right.

with told as (
  select seq, id, release, prev_hash, hash, decision as bytes, decision::jsonb as d,
    decision::jsonb ->> 'outcome' as outcome, decision::jsonb ->> 'person' as person,
    decision::jsonb ->> 'jti' as jti, decision::jsonb ->> 'evidenceDigest' as digest,
    decision::jsonb ->> 'answer' as answer, decision::jsonb ->> 'at' as at
  from decisions),
shown as (select * from cards where kind = 'release'),
-- The answers of a review come after the release, which is not about them.
terminal as (select * from told where outcome in ('APPROVED', 'REJECTED') and not d ? 'review'),
broken as (select * from terminal where d ? 'brokeGlass'),
reviewed as (select * from told where outcome in ('APPROVED', 'REJECTED') and d ? 'review'),
counted as (select *, d ? 'review' as review from told where outcome in ('APPROVED', 'REJECTED', 'ACCEPTED_PENDING_QUORUM')),
moves as (select name, count(*) as n from outside_moves where by_us group by name),
-- When freezes and quiet hours of a model end, as it was configured.
periods as (
  select model.key as model, kind, max((period ->> 'until')::timestamptz) as until
  from config_versions v, jsonb_each(v.settings -> 'models') as model, unnest(array['freeze', 'quietHours']) as kind,
    jsonb_array_elements(model.value -> 'approval' -> kind) as period
  group by 1, 2)

-- The chain is whole: numbers without a gap, each link after the one before, every hash that of its bytes.
select 'a number is missing in the chain' as broken, release || ' #' || seq as place
from (select release, seq, lag(seq, 1, 0::bigint) over (order by seq) as before from told) l
where seq <> before + 1
union all
select 'a link does not follow the one before', release || ' #' || seq
from (select release, seq, prev_hash, lag(hash, 1, repeat('0', 64)) over (order by seq) as before from told) l
where prev_hash <> before
union all
select 'a hash is not that of its bytes', release || ' #' || seq from told
where hash <> encode(sha256(convert_to(prev_hash || bytes, 'UTF8')), 'hex')
union all
select 'a decision says something else than its row', release || ' #' || seq from told
where (d ->> 'seq')::bigint <> seq or d ->> 'release' <> release or d ->> 'id' <> id
union all
select 'a decision is on evidence that is not kept', release || ' #' || seq from told
where not exists (select from release_evidence e where e.digest = told.digest)
union all
select 'an answer is on record before one that was judged earlier', release || ' #' || seq
from (select release, seq, at, max(at) over (partition by release order by seq) as latest from told) l
where at < latest

-- One answer decides a release, and the release ends as it says.
union all
select 'a release was decided more than once', release from terminal group by release
having count(*) filter (where not d ? 'brokeGlass') > 1 or count(*) filter (where d ? 'brokeGlass') > 1
union all
select 'the glass was broken over what was decided, and no freeze kept it', b.release
from broken b join terminal t using (release)
where t.seq < b.seq and (t.outcome <> 'APPROVED' or not exists (
  select from periods p where p.model || '/1' = b.release and p.kind = 'freeze' and p.until > b.at::timestamptz))
union all
select 'a release has not ended', release from releases where ended_at is null
union all
select 'a release ended otherwise than was decided', r.release
from releases r left join terminal t using (release)
where case r.state
  when 'promoted' then t.outcome is distinct from 'APPROVED'
  when 'rejected' then t.outcome is distinct from 'REJECTED' and not exists (
    select from told w where w.release = r.release and w.outcome = 'WITHDRAWN')
  when 'expired' then t.outcome is not null
  when 'void' then t.outcome is not distinct from 'REJECTED'
  else true end
union all
select 'what was approved was withdrawn more than once, or though no freeze kept it', w.release
from told w
where w.outcome = 'WITHDRAWN'
group by w.release
having count(*) > 1 or not exists (select from periods p where p.model || '/1' = w.release and p.kind = 'freeze')
  or not exists (select from terminal t where t.release = w.release and t.outcome = 'APPROVED')
union all
select 'an answer was accepted after the one that decided', a.release || ' #' || a.seq
from told a join terminal t using (release)
where a.seq > t.seq and a.outcome in ('APPROVED', 'REJECTED', 'ACCEPTED_PENDING_QUORUM')
  and not a.d ? 'review' and not a.d ? 'brokeGlass'
union all
select 'too few people approved', t.release
from terminal t
join release_evidence e on e.digest = t.digest
where t.outcome = 'APPROVED' and t.person not like 'rule:%' and not t.d ? 'brokeGlass'
  and (e.evidence #>> '{policy,required}')::int > (
    select count(distinct a.person) from counted a
    where a.release = t.release and a.digest = t.digest and a.outcome <> 'REJECTED'
      and not a.review and not a.d ? 'brokeGlass')
union all
select 'somebody counts twice', release || ' ' || who
from (
  select distinct a.release, a.digest, a.review, a.seq, unnest(array[a.person, a.d #>> '{onBehalfOf,person}']) as who
  from counted a where a.outcome <> 'REJECTED' and not a.d ? 'brokeGlass') n
where who is not null
group by release, digest, review, who having count(*) > 1
union all
select 'somebody who asked approved', a.release || ' #' || a.seq
from told a join releases r using (release)
where (a.person = any (r.requested_by) or a.d #>> '{onBehalfOf,person}' = any (r.requested_by))
  and a.outcome in ('APPROVED', 'ACCEPTED_PENDING_QUORUM') and not a.d ? 'brokeGlass'

-- Whoever counts had a right: of their own, once others were asked as one of those, or one that was handed to them and not
-- taken back when the token was used (clocks differ by up to two seconds).
union all
select 'somebody counts who has no right', a.release || ' #' || a.seq
from counted a join release_evidence e on e.digest = a.digest
where a.person not like 'rule:%' and not exists (
  select from seen_people p
  where p.release = a.release and p.person = coalesce(a.d #>> '{onBehalfOf,person}', a.person) and (
    (a.d ? 'brokeGlass' and p.roles ? (e.evidence #>> '{policy,breakGlass,role}'))
    or (not a.d ? 'brokeGlass' and p.roles ? (e.evidence #>> '{policy,role}'))
    or (not a.d ? 'brokeGlass' and p.roles ? (e.evidence #>> '{policy,escalation,role}') and exists (
      select from gate_events g
      where g.release = a.release and g.kind = 'escalated' and g.at <= a.at::timestamptz))))
union all
select 'somebody counts by a right that nobody handed to them', a.release || ' #' || a.seq
from counted a
where a.d ? 'onBehalfOf' and not exists (
  select from delegations h join used_tokens u on u.jti = a.jti
  where h.id::text = a.d #>> '{onBehalfOf,delegation}' and h.account = a.d #>> '{onBehalfOf,person}'
    and h.handed_to = a.person and coalesce(h.model || '/1', a.release) = a.release
    and (h.ended_at is null or u.used_at <= h.ended_at + interval '3 seconds'))
union all
select 'a right was handed over more than once', account || ' ' || handed_to
from delegations group by account, handed_to, model, until_at having count(*) > 1

-- Who broke the glass might, and said why; others have looked at it since, and nobody at their own deed.
union all
select 'the glass was broken without a reason', release from broken where coalesce(d ->> 'reason', '') = ''
union all
select 'the glass was broken and nobody is asked to review it', release
from broken b where not exists (select from reviews v where v.release = b.release)
union all
select 'a review of what nobody broke', release
from reviews v where not exists (select from broken b where b.release = v.release)
union all
select 'a review is due at another time than was said', v.release
from reviews v join broken b on b.release = v.release join release_evidence e on e.digest = b.digest
where v.opened_at <> b.at::timestamptz
  or v.due_at <> v.opened_at + (e.evidence #>> '{policy,breakGlass,review}')::bigint * interval '1 millisecond'
union all
select 'a review was ended more than once', release from reviewed group by release having count(*) > 1
union all
select 'a review ended otherwise than was thought: ' || v.state, v.release
from reviews v left join reviewed a using (release)
where case v.state
  when 'upheld' then a.outcome is distinct from 'APPROVED'
  when 'objected' then a.outcome is distinct from 'REJECTED'
  else true end
union all
select 'too few people upheld it', v.release
from reviews v join releases r on r.release = v.release join release_evidence e on e.digest = r.evidence_digest
where v.state = 'upheld' and (e.evidence #>> '{policy,required}')::int > (
  select count(distinct a.person) from counted a where a.release = v.release and a.review and a.outcome <> 'REJECTED')
union all
select 'somebody reviewed what they broke themselves', a.release || ' #' || a.seq
from counted a join broken b using (release) where a.review and a.person = b.person
union all
select 'a review was late and nobody was told', v.release
from reviews v join reviewed a using (release)
where a.at::timestamptz > v.due_at + interval '30 seconds'
  and not exists (select from gate_events g where g.release = v.release and g.kind = 'review-overdue')

-- Nobody is reminded or asked before the time or in quiet hours; whoever was told according to the record was told.
union all
select 'something was due before its time: ' || g.kind, g.release
from gate_events g join releases r using (release) join release_evidence e on e.digest = r.evidence_digest
left join reviews v on v.release = r.release left join periods q on q.model = r.model and q.kind = 'quietHours'
where g.at < case g.kind
  when 'escalated' then greatest(q.until,
    r.opened_at + (e.evidence #>> '{policy,escalation,after}')::bigint * interval '1 millisecond')
  when 'last-call' then r.expires_at - interval '30 minutes'
  when 'review-overdue' then v.due_at
  else r.opened_at end
union all
select 'nobody was told what was due: ' || w.kind, w.release
from seen_waits w
where not exists (
  select from cards c join seen_told s on s.ts = c.reference
  where c.subject = w.release and s.text ~ case w.kind
    when 'escalated' then '^Nobody has decided'
    when 'last-call' then '^Last call'
    when 'review-overdue' then '^Overdue'
    else '^Half of the time' end)

-- One effect on the target for what was approved, none otherwise, and our table of moves says the same.
union all
select 'the target was moved ' || coalesce(m.n, 0) || ' times for a release that is ' || r.state, r.release
from releases r left join moves m on m.name = r.model
where coalesce(m.n, 0) <> case when r.state = 'promoted' then 1 else 0 end
union all
select 'the target holds another version than was released', r.release
from releases r join outside_target t on t.name = r.model
where r.state = 'promoted' and t.version <> r.candidate_version
union all
select 'a move is not on record as done', r.release
from releases r
where r.state = 'promoted' and 1 <> (
  select count(*) from promotions p
  where p.model = r.model and p.version = r.candidate_version and p.moved_at is not null)

-- And not in a freeze, unless the glass was broken.
union all
select 'the target was moved in a freeze', m.name
from outside_moves m join periods p on p.model = m.name and p.kind = 'freeze'
where m.by_us and m.at < p.until and not exists (select from broken b where b.release = m.name || '/1')

-- A token counts once, for one answer, which is on record.
union all
select 'a token counted more than once', jti from told
where jti is not null and outcome not in ('DUPLICATE', 'TOKEN_INVALID') group by jti having count(*) > 1
union all
select 'a token counted that is not marked as used by it', a.release || ' #' || a.seq
from told a
where a.jti is not null and a.outcome not in ('DUPLICATE', 'TOKEN_INVALID')
  and not exists (select from used_tokens u where u.jti = a.jti and u.used_by = a.id and u.release = a.release)
union all
select 'a token was used for an answer that is not on record', u.release || ' ' || u.jti
from used_tokens u where not exists (select from told a where a.id = u.used_by and a.jti = u.jti)

-- Whatever somebody was told is on record. A click after the end is told how it ended.
union all
select 'somebody was told what is not on record', s.release || ' ' || s.person || ' ' || coalesce(s.outcome, s.via)
from seen_answers s
where not case
  when s.jti is not null then exists (
    select from told a where a.release = s.release and a.jti = s.jti
      and (s.outcome is null or a.outcome = s.outcome))
  when s.via = 'click' then exists (
    select from told a where a.release = s.release and a.person = s.person and a.answer = s.answer
      and a.outcome = s.outcome)
    or (s.outcome = 'EXPIRED' and exists (select from releases r where r.release = s.release and r.state = 'expired'))
    or (s.outcome = 'ALREADY_DECIDED' and s.decided_by is null
      and exists (select from releases r where r.release = s.release and r.state = 'void'))
    or (s.outcome = 'ALREADY_DECIDED' and exists (select from terminal t where t.release = s.release))
    or (s.outcome = 'TOKEN_INVALID' and exists (
      select from told a where a.release = s.release and a.outcome = s.outcome and a.person = ''))
  else true end
union all
select 'somebody was told of a decision that nobody made', s.release || ' ' || s.person
from seen_answers s
where s.decided_by is not null and not exists (
  select from told t where t.release = s.release and t.outcome in ('APPROVED', 'REJECTED', 'WITHDRAWN')
    and (s.via = 'review' or not t.d ? 'review') and t.at = s.decided_at
    and s.decided_by in (t.d ->> 'name', (t.d ->> 'name') || ' for ' || (t.d #>> '{onBehalfOf,name}')))
union all
select 'answers that were worth nothing are not all on record', s.release
from seen_answers s
where s.via in ('update', 'signal') and s.jti is null
group by s.release
having count(*) > (
  select count(*) from told a where a.release = s.release and a.jti is null and a.person = '')
union all
select 'somebody was told what no review came to', s.release || ' ' || s.person || ' ' || s.outcome
from seen_answers s
where s.via = 'review' and not exists (
  select from told a
  where a.release = s.release and a.d ? 'review' and (a.outcome = s.outcome and a.person = s.person
    or s.outcome = 'ALREADY_DECIDED' and a.outcome in ('APPROVED', 'REJECTED')))

-- The card of what is asked says how it ended, any other where it went, and the chat shows each of them once. What is
-- decided before its card could be shown needs none.
union all
select 'a release that was open for a while has no card', r.release
from releases r
where r.ended_at > r.opened_at + interval '15 seconds' and not exists (select from shown c where c.subject = r.release)
union all
select 'none of so many releases has a card', count(*)::text from releases
where not exists (select from shown) having count(*) > 3
union all
select 'a card says ' || (c.card ->> 'state') || ' of a release that is ' || r.state, c.key
from shown c join releases r on r.release = c.subject
where c.card ->> 'state' <> case when c.version = r.evidence_digest then r.state else 'stale' end
union all
select 'a card does not say what came of the review', c.key
from reviews v join releases r using (release) join shown c on c.subject = v.release and c.version = r.evidence_digest
where c.reference is not null and not exists (
  select from jsonb_array_elements_text(c.card -> 'answers') as said
  where said ~ case v.state when 'upheld' then ' upheld it, ' else ' objected, ' end)
union all
select 'a card is behind', key from shown where shown <> wanted
union all
select 'the chat shows something else than the card', c.key
from shown c
where c.reference is not null and not exists (
  select from seen_cards s
  where s.ts = c.reference and s.key = c.key and s.revision = c.wanted and s.headline = left(c.card ->> 'headline', 150))
union all
select 'the chat shows a card more than once', coalesce(key, '?')
from seen_cards group by key having count(*) > 1
union all
select 'the chat shows a card that is none', coalesce(s.key, s.ts)
from seen_cards s where not exists (select from cards c where c.key = s.key and c.reference = s.ts)

-- What was pressed in chat was kept before it was acknowledged, was answered, and the answer is on record.
union all
select 'a press was acknowledged and not kept', s.release || ' ' || s.person
from seen_answers s
where s.via = 'press' and not exists (
  select from chat_answers p join chat_accounts a on p.account like '%' || a.account || '%'
  where p.subject = s.release and a.person = s.person and p.verb = s.answer)
union all
select 'a press was never answered', subject || ' ' || account from chat_answers where answered_at is null
union all
select 'a press was told what is not on record', p.subject || ' ' || p.account || ': ' || p.told
from chat_answers p
where p.told ~ '^(APPROVED|REJECTED|ACCEPTED_PENDING_QUORUM):' and not exists (
  select from told t where t.release = p.subject and t.outcome = split_part(p.told, ':', 1)
    and t.d #>> '{via,account}' = p.account)

-- The steward knows how it ended.
union all
select 'a release ended that its steward has not heard of', r.release
from releases r
where r.ended_at is not null and not exists (
  select from stewards w, jsonb_array_elements_text(w.state -> 'seen') as event
  where w.model = r.model and event like 'release/' || r.release || '/%')

-- What labels and estimates said is known, once each, as one incident that counts every bad window once.
union all
select 'a judgement that its steward has not heard of once', j.event
from seen_judgements j
where (select count(*) from releases r join stewards w using (model), jsonb_array_elements_text(w.state -> 'seen') as known
       where r.release = j.release and known.value = j.event) <> 1
union all
select 'judgements came to something else than one incident that is over', j.release
from (select release, count(distinct day) filter (where verdict = 'DRIFT') as bad from seen_judgements group by release) j
where (select array_agg(i.kind || ' ' || i.state || ' ' || (i.incident ->> 'windows'))
       from releases r join incidents i using (model) where r.release = j.release)
  is distinct from array['PERFORMANCE resolved ' || j.bad]
order by 1, 2
