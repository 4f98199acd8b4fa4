import type { Db } from './pool.ts'

/** Whose account a subject is, as the identity provider said when it was used. */
export interface KnownAccount {
  readonly subject: string
  readonly person: string
}

/** Remembered for good: what somebody once asked for, they asked for under every name that they have had. */
export async function rememberAccount(db: Db, account: KnownAccount, at: Date): Promise<void> {
  await db.query(
    `insert into accounts (subject, person, first_seen_at) values ($1, $2, $3)
     on conflict (subject, person) do nothing`,
    [account.subject, account.person, at],
  )
}

/** Everybody that these accounts were ever said to belong to. */
export async function personsOf(db: Db, subjects: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ person: string }>(
    'select distinct person from accounts where subject = any($1) order by person',
    [subjects],
  )
  return rows.map(({ person }) => person)
}
