import { findAskedPolicy } from '../adapters/postgres/asked-policies.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { rulesOf } from '../contracts/gate-rules.ts'
import type { PolicyEvidence } from '../contracts/release.ts'
import { digestOf } from '../profiles/index.ts'
import { type EvidenceDeps, type EvidenceInput, gateOf, policyOf } from './release-evidence.ts'

/**
 * What an approver of a looser policy is shown: what differs, under the gate in force. Nobody does this alone: the glass
 * is broken to move traffic, and what comes into force here stays. RELEASE_STALE when another policy is in force than
 * it was compared with, or another one is the applied one.
 */
export async function policyEvidence(
  deps: Pick<EvidenceDeps, 'db' | 'settings'>,
  { model, release, runKey }: Pick<EvidenceInput, 'model' | 'release' | 'runKey'>,
): Promise<PolicyEvidence> {
  const { all, own, rules } = await gateOf(deps, model)
  const stored = await findAskedPolicy(deps.db, runKey)
  if (stored === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  const { asked } = stored
  for (const [was, is] of [
    [asked.before, rules],
    [asked.after, rulesOf(all, own)],
  ]) {
    const [given, current] = [digestOf(was), digestOf(is)]
    if (given !== current) throw new DriftgateError('RELEASE_STALE', { release, given, current })
  }
  const { breakGlass: _, ...approval } = rules.approval
  return {
    schema: 'driftgate-policy-evidence/1',
    ...asked,
    policy: policyOf({ ...rules, approval }),
  }
}
