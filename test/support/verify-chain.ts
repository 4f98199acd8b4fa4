import type pg from 'pg'
import { listLinks } from '../../adapters/postgres/decisions.ts'
import { checkChain } from '../../policies/decision-chain.ts'
import { sha256 } from '../../profiles/index.ts'

/** The chain of decisions in a database, every hash recomputed. Throws DECISION_CHAIN_BROKEN. */
export async function verifyChain(
  db: pg.Pool,
  head?: string,
): Promise<{ links: number; head: string }> {
  const links = await listLinks(db, { after: 0, most: 1_000_000 })
  const checked = checkChain(sha256, links, head)
  return { links: checked.decisions.length, head: checked.head }
}
