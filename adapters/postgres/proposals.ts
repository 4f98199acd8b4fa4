import { type Proposal, proposalSchema } from '../../contracts/proposal.ts'
import type { Db } from './pool.ts'
import { keptSample, openedRows } from './row-cipher.ts'

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
  const { model } = proposal
  const kept = await keptSample(db, model, 'proposed_references.sample', sample)
  await db.query(
    `insert into proposed_references (run_key, model, proposal, sample, key_id)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [runKey, model, JSON.stringify(proposal), kept.sample, kept.keyId],
  )
}

export async function findProposal(db: Db, runKey: string): Promise<StoredProposal | null> {
  const { rows } = await db.query<{
    model: string
    proposal: unknown
    sample: Uint8Array | null
    key_id: string | null
  }>('select model, proposal, sample, key_id from proposed_references where run_key = $1', [runKey])
  const owner = { model: rows[0]?.model ?? '' }
  const [found] = await openedRows(
    db,
    owner,
    rows,
    ({ proposal, sample, key_id: keyId }, cipher) => ({
      proposal: proposalSchema.parse(proposal),
      sample: sample && cipher.open('proposed_references.sample', sample, keyId),
    }),
  )
  return found ?? null
}
