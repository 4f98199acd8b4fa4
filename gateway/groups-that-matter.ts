import { policiesInForce } from '../adapters/postgres/gate-policies.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { rulesOf } from '../contracts/gate-rules.ts'
import { settingsInForce } from './applied.ts'

/**
 * Of somebody's groups those that a gate in force or the applied configuration names: a browser keeps no cookie of more
 * than 4 KiB, and people of large companies are in hundreds of groups. One that is named later counts from the next
 * sign-in on.
 */
export async function groupsThatMatter(db: Db, groups: readonly string[]): Promise<string[]> {
  const settings = await settingsInForce(db)
  const applied = Object.values(settings?.models ?? {}).map((model) => rulesOf(settings!, model))
  const named = new Set(
    [...applied, ...(await policiesInForce(db)).values()].flatMap(({ owners, approval }) => [
      ...owners,
      ...[...(approval.quorum ?? []), approval.escalation, approval.breakGlass].flatMap(
        (who) => who?.group ?? [],
      ),
    ]),
  )
  return groups.filter((group) => named.has(group))
}
