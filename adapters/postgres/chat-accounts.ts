import type { ChatAccount } from '../../contracts/chat-answer.ts'
import type { Db } from './pool.ts'

/** A chat account and whose it is. */
export interface LinkedAccount extends ChatAccount {
  readonly id: string
  readonly person: string
  readonly personName: string
  /** What tells people apart who have more than one account; null: the subject does. */
  readonly knownAs: string | null
  readonly linkedAt: Date
}

const select = `
  select id, kind, workspace, account as "user", name, person, person_name as "personName",
    known_as as "knownAs",
    linked_at as "linkedAt"
  from chat_accounts where unlinked_at is null`

/** Whose account it is; null while nobody has linked it. */
export async function findAccount(db: Db, account: ChatAccount): Promise<LinkedAccount | null> {
  const { rows } = await db.query<LinkedAccount>(
    `${select} and kind = $1 and workspace = $2 and account = $3`,
    [account.kind, account.workspace, account.user],
  )
  return rows[0] ?? null
}

export async function accountsOf(db: Db, person: string): Promise<LinkedAccount[]> {
  const { rows } = await db.query<LinkedAccount>(`${select} and person = $1 order by id`, [person])
  return rows
}

/** Marks a link as used; false when it was used before. */
export async function useChatLink(db: Db, jti: string, at: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    'insert into used_chat_links (jti, used_at) values ($1, $2) on conflict do nothing',
    [jti, at],
  )
  return rowCount === 1
}

/** Returns whose account it is now: the person's, unless somebody linked it before. */
export async function linkAccount(
  db: Db,
  account: ChatAccount,
  person: { subject: string; name: string; person?: string | undefined },
  at: Date,
): Promise<LinkedAccount> {
  await db.query(
    `insert into chat_accounts (kind, workspace, account, name, person, person_name, known_as,
       linked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (kind, workspace, account) where unlinked_at is null do nothing`,
    [
      account.kind,
      account.workspace,
      account.user,
      account.name,
      person.subject,
      person.name,
      person.person ?? null,
      at,
    ],
  )
  return (await findAccount(db, account)) as LinkedAccount
}

/** Ends a link of that person; false when there is none. What was decided through it stays on record. */
export async function unlinkAccount(
  db: Db,
  id: string,
  person: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update chat_accounts set unlinked_at = $3, unlinked_by = $2
     where id = $1 and person = $2 and unlinked_at is null`,
    [id, person, at],
  )
  return rowCount === 1
}
