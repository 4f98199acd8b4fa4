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
moves as (select name, count(*) as n from outside_moves where by_us group by name)

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
select 'a release was decided more than once', release from terminal group by release having count(*) > 1
union all
select 'a release has not ended', release from releases where ended_at is null
union all
select 'a release ended otherwise than was decided', r.release
from releases r left join terminal t using (release)
where case r.state
  when 'promoted' then t.outcome is distinct from 'APPROVED'
  when 'rejected' then t.outcome is distinct from 'REJECTED'
  when 'expired' then t.outcome is not null
  when 'void' then t.outcome is not distinct from 'REJECTED'
  else true end
union all
select 'an answer was accepted after the one that decided', a.release || ' #' || a.seq
from told a join terminal t using (release)
where a.seq > t.seq and a.outcome in ('APPROVED', 'REJECTED', 'ACCEPTED_PENDING_QUORUM')
union all
select 'too few people approved', t.release
from terminal t
join release_evidence e on e.digest = t.digest
where t.outcome = 'APPROVED' and t.person not like 'rule:%' and (e.evidence #>> '{policy,required}')::int > (
  select count(distinct a.person) from told a
  where a.release = t.release and a.digest = t.digest and a.outcome in ('APPROVED', 'ACCEPTED_PENDING_QUORUM'))
union all
select 'somebody who asked approved', a.release || ' #' || a.seq
from told a join releases r using (release)
where a.person = any (r.requested_by) and a.outcome in ('APPROVED', 'ACCEPTED_PENDING_QUORUM')

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
  select from terminal t where t.release = s.release
    and t.d ->> 'name' = s.decided_by and t.at = s.decided_at)
union all
select 'answers that were worth nothing are not all on record', s.release
from seen_answers s
where s.via in ('update', 'signal') and s.jti is null
group by s.release
having count(*) > (
  select count(*) from told a where a.release = s.release and a.jti is null and a.person = '')

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
order by 1, 2
