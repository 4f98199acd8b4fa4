import type { DelegationClaims } from '../../contracts/delegation.ts'
import type { Db } from './pool.ts'

export interface DelegationRow {
  readonly id: string
  readonly token: string
  readonly account: string
  readonly endedAt: Date | null
}

const select = 'select id, token, account, ended_at as "endedAt" from delegations'

export async function insertDelegation(
  db: Db,
  { jti, sub, to, model, from, until }: DelegationClaims,
  token: string,
  at: Date,
): Promise<void> {
  await db.query(
    `insert into delegations (id, token, account, handed_to, model, from_at, until_at, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [jti, token, sub, to, model, from, until, at],
  )
}

/** What somebody by these names may use at `at`, or so soon after it (milliseconds), for a model, the oldest first. */
export async function delegationsTo(
  db: Db,
  names: readonly string[],
  model: string,
  at: Date,
  earlierMs = 0,
): Promise<DelegationRow[]> {
  const { rows } = await db.query<DelegationRow>(
    `${select} where lower(handed_to) = any($1) and (model is null or model = $2)
       and from_at <= $4 and until_at > $3 and ended_at is null
     order by made_at, id`,
    [names.map((name) => name.toLowerCase()), model, at, new Date(at.getTime() + earlierMs)],
  )
  return rows
}

/** What an account handed over that holds at `at` or later, the oldest first. */
export async function openDelegationsOf(
  db: Db,
  account: string,
  at: Date,
): Promise<DelegationRow[]> {
  const { rows } = await db.query<DelegationRow>(
    `${select} where account = $1 and until_at > $2 and ended_at is null order by made_at, id`,
    [account, at],
  )
  return rows
}

/** All that hold at `at` or later, the newest first. */
export async function openDelegations(db: Db, at: Date): Promise<DelegationRow[]> {
  const { rows } = await db.query<DelegationRow>(
    `${select} where until_at > $1 and ended_at is null order by made_at desc, id limit 500`,
    [at],
  )
  return rows
}

/** Names of all whose rights hold at `at` or later. */
export async function receivers(db: Db, at: Date): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select distinct lower(handed_to) as name from delegations
     where until_at > $1 and ended_at is null order by 1`,
    [at],
  )
  return rows.map(({ name }) => name)
}

export async function findDelegation(db: Db, id: string): Promise<DelegationRow | null> {
  const { rows } = await db.query<DelegationRow>(`${select} where id = $1`, [id])
  return rows[0] ?? null
}

/** Taken back; the first time counts. */
export async function endDelegation(db: Db, id: string, by: string, at: Date): Promise<void> {
  await db.query(
    'update delegations set ended_at = $2, ended_by = $3 where id = $1 and ended_at is null',
    [id, at, by],
  )
}
