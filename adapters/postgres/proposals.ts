import { type Proposal, proposalSchema } from '../../contracts/proposal.ts'
import type { Db } from './pool.ts'

export interface StoredProposal {
  readonly proposal: Proposal
  /** Rows of it, in the bytes of `profiles/sample.ts`; null: none is kept. */
  readonly sample: Uint8Array | null
}

/** Writes down what was proposed under a run key. Repeated, the first stays. */
export async function insertProposal(
  db: Db,
  runKey: string,
  { proposal, sample }: StoredProposal,
): Promise<void> {
  await db.query(
    `insert into proposed_references (run_key, model, proposal, sample) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [runKey, proposal.model, JSON.stringify(proposal), sample && Buffer.from(sample)],
  )
}

export async function findProposal(db: Db, runKey: string): Promise<StoredProposal | null> {
  const { rows } = await db.query<{ proposal: unknown; sample: Uint8Array | null }>(
    'select proposal, sample from proposed_references where run_key = $1',
    [runKey],
  )
  const [row] = rows
  return row === undefined ? null : { ...row, proposal: proposalSchema.parse(row.proposal) }
}
