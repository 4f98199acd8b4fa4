import type { Db } from '../adapters/postgres/pool.ts'
import { settingsInForce } from './applied.ts'

/**
 * Of somebody's groups those that the configuration in force names: a browser keeps no cookie of more than 4 KiB,
 * and people of large companies are in hundreds of groups. One that is named later counts from the next sign-in on.
 */
export async function groupsThatMatter(db: Db, groups: readonly string[]): Promise<string[]> {
  const settings = await settingsInForce(db)
  const named = new Set(
    Object.values(settings?.models ?? {}).flatMap(({ owners, approval }) => [
      ...owners,
      ...[...(approval.quorum ?? []), approval.escalation, approval.breakGlass].flatMap(
        (who) => who?.group ?? [],
      ),
    ]),
  )
  return groups.filter((group) => named.has(group))
}
