import type { Db } from './pool.ts'

/** Who signed in last as whom, with the rights that the identity provider named then. */
export interface SignIn {
  readonly person: string
  readonly name: string
  readonly knownAs: string | null
  readonly roles: readonly string[]
  readonly groups: readonly string[]
  readonly at: Date
}

export async function recordSignIn(db: Db, signIn: SignIn): Promise<void> {
  await db.query(
    `insert into sign_ins (person, name, known_as, roles, groups, at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (person) do update set name = excluded.name, known_as = excluded.known_as,
       roles = excluded.roles,
       groups = excluded.groups, at = excluded.at
     where sign_ins.at <= excluded.at`,
    [signIn.person, signIn.name, signIn.knownAs, signIn.roles, signIn.groups, signIn.at],
  )
}

export async function lastSignIn(db: Db, person: string): Promise<SignIn | null> {
  const { rows } = await db.query<SignIn>(
    'select person, name, known_as as "knownAs", roles, groups, at from sign_ins where person = $1',
    [person],
  )
  return rows[0] ?? null
}
