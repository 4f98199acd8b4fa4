import type { ReleaseInput } from '../../contracts/messages.ts'
import {
  type Evidence,
  evidenceSchema,
  hasEnded,
  type ReleaseState,
  type ReleaseView,
  type Review,
} from '../../contracts/release.ts'
import { listDecisions } from './decisions.ts'
import { type GateEvent, listGateEvents } from './gate-events.ts'
import type { Db } from './pool.ts'
import { findReview, type ReviewRow } from './reviews.ts'

export interface ReleaseRow {
  readonly release: string
  readonly model: string
  readonly n: number
  readonly runKey: string
  readonly candidateVersion: string
  readonly incident: string | null
  readonly requestedBy: string[]
  readonly state: ReleaseState
  /** Why it ended as it did. */
  readonly reason: string
  readonly evidence: Evidence
  readonly evidenceDigest: string
  readonly openedAt: Date
  /** When what is shown was asked: approvals of before count no more. */
  readonly askedAt: Date | null
  readonly expiresAt: Date
  readonly endedAt: Date | null
}

const select = `
  select r.release, r.model, r.n, r.run_key as "runKey", r.candidate_version as "candidateVersion",
    r.incident, r.requested_by as "requestedBy", r.state, r.reason, e.evidence,
    r.evidence_digest as "evidenceDigest", r.opened_at as "openedAt", r.asked_at as "askedAt",
    r.expires_at as "expiresAt", r.ended_at as "endedAt"
  from releases r join release_evidence e on e.digest = r.evidence_digest`

/** The number of the release that a run key leads to; asked again it is the same. Call it in a transaction. */
export async function reserveNumber(db: Db, model: string, runKey: string): Promise<number> {
  await db.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`release/${model}`])
  const { rows } = await db.query<{ n: number }>(
    `with given as (
       insert into release_numbers (model, n, run_key)
       select $1, coalesce(max(n), 0) + 1, $2 from release_numbers where model = $1
       on conflict (run_key) do nothing returning n)
     select n from given union all select n from release_numbers where run_key = $2`,
    [model, runKey],
  )
  return rows[0]!.n
}

/** The request with what it shows; shown anew it keeps the day it was opened and the day it expires. */
export async function showRelease(
  db: Db,
  input: ReleaseInput,
  shown: { evidence: Evidence; digest: string; openedAt: Date; askedAt: Date; expiresAt: Date },
): Promise<void> {
  const n = Number(input.release.slice(input.release.lastIndexOf('/') + 1))
  await db.query(
    `insert into release_evidence (digest, release, evidence, shown_at) values ($1, $2, $3, $4)
     on conflict (digest) do nothing`,
    [shown.digest, input.release, JSON.stringify(shown.evidence), shown.openedAt],
  )
  await db.query(
    `insert into releases (release, model, n, run_key, candidate_version, incident, requested_by,
       state, evidence_digest, opened_at, expires_at, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10, $11)
     on conflict (release) do update
     set evidence_digest = excluded.evidence_digest, expires_at = excluded.expires_at,
       asked_at = excluded.asked_at
     where releases.state = 'waiting'`,
    [
      input.release,
      input.model,
      n,
      input.runKey,
      input.candidateVersion,
      input.incident,
      input.requestedBy,
      shown.digest,
      shown.openedAt,
      shown.expiresAt,
      shown.askedAt,
    ],
  )
}

export { hasEnded }

/** An ended release stays as it ended. */
export async function setReleaseState(
  db: Db,
  release: string,
  state: ReleaseState,
  reason: string,
  at: Date,
): Promise<void> {
  await db.query(
    `update releases set state = $2, reason = $3, ended_at = $4
     where release = $1 and ended_at is null`,
    [release, state, reason, hasEnded(state) ? at : null],
  )
}

/** Of a release that was promoted, and that a person took back later. */
export async function markRolledBack(db: Db, release: string, reason: string): Promise<void> {
  await db.query(
    `update releases set state = 'rolled-back', reason = $2 where release = $1 and state = 'promoted'`,
    [release, reason],
  )
}

export async function findRelease(db: Db, release: string): Promise<ReleaseRow | null> {
  const { rows } = await db.query<ReleaseRow>(`${select} where r.release = $1`, [release])
  return rows[0] === undefined ? null : parsed(rows[0])
}

/** What was shown to people under that digest; null: nothing was. */
export async function findEvidence(db: Db, digest: string): Promise<Evidence | null> {
  const { rows } = await db.query<{ evidence: unknown }>(
    'select evidence from release_evidence where digest = $1',
    [digest],
  )
  return rows[0] === undefined ? null : evidenceSchema.parse(rows[0].evidence)
}

/** Newest first; of one model or of all. */
export async function listReleases(
  db: Db,
  filter: { model?: string; state?: ReleaseState } = {},
  limit = 50,
): Promise<ReleaseRow[]> {
  const { rows } = await db.query<ReleaseRow>(
    `${select} where ($1::text is null or r.model = $1) and ($2::text is null or r.state = $2)
     order by r.opened_at desc, r.release limit $3`,
    [filter.model ?? null, filter.state ?? null, limit],
  )
  return rows.map(parsed)
}

/** A release with its answers, as gateway, page and command line show it. */
export async function releaseView(db: Db, row: ReleaseRow): Promise<ReleaseView> {
  const decisions = await listDecisions(db, row.release)
  const events = await listGateEvents(db, row.release)
  const escalated = events.find(({ kind }) => kind === 'escalated')
  const overdue = events.find(({ kind }) => kind === 'review-overdue')
  const review = await findReview(db, row.release)
  return {
    release: row.release,
    model: row.model,
    state: row.state,
    ...(hasEnded(row.state) && { reason: row.reason }),
    requestedBy: row.requestedBy,
    openedAt: row.openedAt.toISOString(),
    ...(row.askedAt && { askedAt: row.askedAt.toISOString() }),
    expiresAt: row.expiresAt.toISOString(),
    ...(escalated && { escalatedAt: escalated.at.toISOString() }),
    ...(review && { review: reviewOf(review, overdue) }),
    evidence: row.evidence,
    evidenceDigest: row.evidenceDigest,
    decisions: decisions.map(({ seq, hash, decision }) => ({
      seq,
      person: decision.name,
      ...(decision.account !== undefined && {
        account: decision.account,
        accountOf: decision.person,
      }),
      ...(decision.brokeGlass && { brokeGlass: true }),
      ...(decision.review && { review: true }),
      ...(decision.order && { order: decision.order }),
      ...(decision.onBehalfOf && { onBehalfOf: decision.onBehalfOf.name }),
      ...(decision.quorum && { quorum: decision.quorum }),
      answer: decision.answer,
      outcome: decision.outcome,
      reason: decision.reason,
      at: decision.at,
      hash,
    })),
  }
}

const reviewOf = (
  { release: _, openedAt, dueAt, endedAt, ...rest }: ReviewRow,
  overdue: GateEvent | undefined,
): Review => ({
  ...rest,
  openedAt: openedAt.toISOString(),
  dueAt: dueAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
  overdueSince: overdue?.at.toISOString() ?? null,
})

const parsed = (row: ReleaseRow): ReleaseRow => ({
  ...row,
  evidence: evidenceSchema.parse(row.evidence),
})
