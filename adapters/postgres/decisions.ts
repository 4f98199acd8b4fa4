import { createHash } from 'node:crypto'
import type { AuditDecision, AuditEvidence } from '../../contracts/audit.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import {
  type ChainLink,
  chainStart,
  type Decision,
  decisionSchema,
  linkHash,
} from '../../contracts/decision.ts'
import type { Db } from './pool.ts'

interface Row {
  readonly seq: string
  readonly decision: string
  readonly prevHash: string
  readonly hash: string
}

const select = 'select seq, decision, prev_hash as "prevHash", hash from decisions'

/**
 * Appends to the chain; the same id again gives the link that is there. Call it in a transaction:
 * appenders wait for each other until it ends.
 */
export async function appendDecision(db: Db, decision: Omit<Decision, 'seq'>): Promise<ChainLink> {
  await db.query("select pg_advisory_xact_lock(hashtextextended('decisions', 0))")
  const { rows: same } = await db.query<Row>(`${select} where id = $1`, [decision.id])
  if (same[0] !== undefined) return linkOf(same[0])
  const { rows: last } = await db.query<Row>(`${select} order by seq desc limit 1`)
  const prevHash = last[0]?.hash ?? chainStart
  const seq = Number(last[0]?.seq ?? 0) + 1
  const text = canonicalJson({ ...decision, seq })
  const hash = linkHash(sha256, prevHash, text)
  await db.query(
    `insert into decisions (seq, id, release, decision, prev_hash, hash)
     values ($1, $2, $3, $4, $5, $6)`,
    [seq, decision.id, decision.release, text, prevHash, hash],
  )
  return { seq, decision: { ...decision, seq }, prevHash, hash }
}

/** In the order they were judged. */
export async function listDecisions(db: Db, release: string): Promise<ChainLink[]> {
  const { rows } = await db.query<Row>(`${select} where release = $1 order by seq`, [release])
  return rows.map(linkOf)
}

/** The answer that decided a release, or took back what was approved; null while it is open. */
export async function findTerminalDecision(db: Db, release: string): Promise<Decision | null> {
  const links = await listDecisions(db, release)
  const withdrawn = links.find(({ decision }) => decision.outcome === 'WITHDRAWN')
  const found = links.find(
    ({ decision }) => !decision.review && ['APPROVED', 'REJECTED'].includes(decision.outcome),
  )
  return (withdrawn ?? found)?.decision ?? null
}

/** The answer that broke the glass; null: nobody did. */
export async function findBrokenGlass(db: Db, release: string): Promise<Decision | null> {
  const links = await listDecisions(db, release)
  const found = links.find(({ decision }) => decision.brokeGlass && decision.outcome === 'APPROVED')
  return found?.decision ?? null
}

/** Links after a number, in their order, at most so many. */
export async function listLinks(
  db: Db,
  { after, most }: { readonly after: number; readonly most: number },
): Promise<Omit<AuditDecision, 'kind'>[]> {
  const { rows } = await db.query<Row>(`${select} where seq > $1 order by seq limit $2`, [
    after,
    most,
  ])
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }))
}

/** What was shown under these digests. */
export async function listEvidence(
  db: Db,
  digests: readonly string[],
): Promise<Omit<AuditEvidence, 'kind'>[]> {
  const { rows } = await db.query<Omit<AuditEvidence, 'kind' | 'shownAt'> & { shownAt: Date }>(
    `select digest, release, shown_at as "shownAt", evidence from release_evidence
     where digest = any($1) order by shown_at, digest`,
    [digests],
  )
  return rows.map((row) => ({ ...row, shownAt: row.shownAt.toISOString() }))
}

/** Marks a token as used by an answer; false when another answer used it before. */
export async function useToken(
  db: Db,
  token: { jti: string; usedBy: string; release: string; at: Date },
): Promise<boolean> {
  await db.query(
    `insert into used_tokens (jti, used_by, release, used_at) values ($1, $2, $3, $4)
     on conflict (jti) do nothing`,
    [token.jti, token.usedBy, token.release, token.at],
  )
  const { rows } = await db.query<{ usedBy: string }>(
    'select used_by as "usedBy" from used_tokens where jti = $1',
    [token.jti],
  )
  return rows[0]?.usedBy === token.usedBy
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const linkOf = (row: Row): ChainLink => ({
  seq: Number(row.seq),
  decision: decisionSchema.parse(JSON.parse(row.decision)),
  prevHash: row.prevHash,
  hash: row.hash,
})
