import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { Settings } from '../../contracts/config.ts'
import { type GateRules, rulesOf } from '../../contracts/gate-rules.ts'
import { type PendingPolicy, pendingPolicy } from '../../contracts/policy-change.ts'
import { type AskedPolicyRow, lastAskedPolicy } from './asked-policies.ts'
import { policiesInForce } from './gate-policies.ts'
import type { Db } from './pool.ts'

/** Policies of the applied configuration that are not in force, of one model or all, and how it stands with them. */
export async function pendingPolicies(
  db: Db,
  settings: Pick<Settings, 'gate' | 'people' | 'models'>,
  only?: string,
): Promise<PendingPolicy[]> {
  const inForce = await policiesInForce(db)
  const pending: PendingPolicy[] = []
  for (const [model, own] of Object.entries(settings.models)) {
    const rules = inForce.get(model)
    const applied = rulesOf(settings, own)
    if (only !== undefined && model !== only) continue
    if (rules === undefined || isSame(rules, applied)) continue
    const last = await lastAskedPolicy(db, model)
    if (last !== null && isSame(last.asked.after, applied)) pending.push(...asPending(last))
  }
  return pending
}

export const isSame = (one: GateRules, other: GateRules): boolean =>
  canonicalJson(one) === canonicalJson(other)

/** None of one that came into force. */
export function asPending({
  model,
  asked,
  release,
  state,
  reason,
}: AskedPolicyRow): PendingPolicy[] {
  const { configVersion, appliedBy, differences } = asked
  const now = state ?? 'asking'
  if (now === 'promoted') return []
  const what = { model, configVersion, appliedBy, differences, release, state: now, reason }
  return [pendingPolicy.parse(what)]
}
