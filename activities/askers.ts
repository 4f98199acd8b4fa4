import { personsOf } from '../adapters/postgres/accounts.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import type { PeopleSettings } from '../contracts/people-settings.ts'
import { personOfAccount } from '../policies/people.ts'

/** Every name of the people who asked for a release: an account more makes nobody somebody else. */
export async function namesOfAskers(
  db: Db,
  people: PeopleSettings,
  requestedBy: readonly string[],
): Promise<string[]> {
  const accounts = requestedBy.filter((asker) => !asker.startsWith('rule:'))
  const names = [...accounts, ...(await personsOf(db, accounts))]
  return [...new Set([...names, ...names.map((subject) => personOfAccount(people, { subject }))])]
}
