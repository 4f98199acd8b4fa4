import { findProposal } from '../adapters/postgres/proposals.ts'
import { referenceInForce } from '../adapters/postgres/references.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { ProposalEvidence } from '../contracts/release.ts'
import { settingsDigest } from '../judging/compared.ts'
import { ownOrNewest } from './own-reference.ts'
import { type EvidenceDeps, type EvidenceInput, gateOf, policyOf } from './release-evidence.ts'

/**
 * What an approver of a proposed reference is shown: the proposal as it was made, under the gate that holds now.
 * RELEASE_STALE when it says nothing any more: another reference is in force, or verdicts depend on other settings.
 */
export async function proposalEvidence(
  deps: Pick<EvidenceDeps, 'db' | 'settings'>,
  { model, release, runKey }: Pick<EvidenceInput, 'model' | 'release' | 'runKey'>,
): Promise<ProposalEvidence> {
  const { db } = deps
  const { own, rules } = await gateOf(deps, model)
  const stored = await findProposal(db, runKey)
  if (stored === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  const { proposal } = stored
  const { binning, version } = proposal
  const present = await ownOrNewest(db, model, version, { binning })
  const newest = await referenceInForce(db, model)
  for (const [given, current] of [
    [proposal.present.profile, present.profileDigest],
    [binning, newest?.binningDigest],
    [proposal.settings, settingsDigest(own)],
  ]) {
    if (given !== current) throw new DriftgateError('RELEASE_STALE', { release, given, current })
  }
  return { schema: 'driftgate-proposal-evidence/1', ...proposal, policy: policyOf(rules) }
}
