import { createHash } from 'node:crypto'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import {
  type ChainLink,
  chainStart,
  type Decision,
  decisionSchema,
} from '../../contracts/decision.ts'
import { DriftgateError } from '../../contracts/errors.ts'
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
  const hash = linkHash(prevHash, text)
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

/** The answer that decided a release; null while it is open. */
export async function findTerminalDecision(db: Db, release: string): Promise<Decision | null> {
  const links = await listDecisions(db, release)
  const found = links.find(({ decision }) => ['APPROVED', 'REJECTED'].includes(decision.outcome))
  return found?.decision ?? null
}

/**
 * Reads the whole chain and recomputes every hash. DECISION_CHAIN_BROKEN where a link was changed,
 * removed or reordered, or where the end is not `head`, the hash that somebody kept outside.
 */
export async function verifyChain(db: Db, head?: string): Promise<{ links: number; head: string }> {
  const { rows } = await db.query<Row>(`${select} order by seq`)
  let previous = chainStart
  for (const [index, row] of rows.entries()) {
    const broken = (reason: string) =>
      new DriftgateError('DECISION_CHAIN_BROKEN', { seq: row.seq, reason })
    if (Number(row.seq) !== index + 1) throw broken(`number ${index + 1} is missing`)
    if (row.prevHash !== previous) throw broken('it does not follow the one before')
    if (row.hash !== linkHash(row.prevHash, row.decision)) throw broken('its text was changed')
    previous = row.hash
  }
  if (head !== undefined && head !== previous) {
    throw new DriftgateError('DECISION_CHAIN_BROKEN', {
      seq: rows.length,
      reason: `it ends with ${previous}, not with ${head}`,
    })
  }
  return { links: rows.length, head: previous }
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

const linkHash = (prevHash: string, decision: string): string =>
  createHash('sha256').update(prevHash).update(decision).digest('hex')

const linkOf = (row: Row): ChainLink => ({
  seq: Number(row.seq),
  decision: decisionSchema.parse(JSON.parse(row.decision)),
  prevHash: row.prevHash,
  hash: row.hash,
})
