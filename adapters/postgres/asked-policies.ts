import { type AskedPolicy, askedPolicy } from '../../contracts/policy-change.ts'
import type { ReleaseState } from '../../contracts/release.ts'
import type { Db } from './pool.ts'

export interface AskedPolicyRow {
  readonly runKey: string
  readonly model: string
  /** Subject of who applied it. */
  readonly person: string
  readonly asked: AskedPolicy
  /** At which it is asked for. */
  readonly release: string
  /** How that stands; null: the request has not come to the gate yet. */
  readonly state: ReleaseState | null
  readonly reason: string
}

const select = `
  select a.run_key as "runKey", a.model, a.person, a.asked, n.model || '/' || n.n as release, r.state,
    coalesce(r.reason, '') as reason
  from asked_policies a join release_numbers n using (run_key) left join releases r using (run_key)`

/** Its number has to be reserved under the run key. */
export async function insertAskedPolicy(
  db: Db,
  { runKey, person, asked }: Pick<AskedPolicyRow, 'runKey' | 'person' | 'asked'>,
  at: Date,
): Promise<void> {
  await db.query(
    `insert into asked_policies (run_key, model, person, asked, asked_at) values ($1, $2, $3, $4, $5)`,
    [runKey, asked.model, person, JSON.stringify(asked), at],
  )
}

export async function findAskedPolicy(db: Db, runKey: string): Promise<AskedPolicyRow | null> {
  const { rows } = await db.query<AskedPolicyRow>(`${select} where a.run_key = $1`, [runKey])
  return rows[0] === undefined ? null : parsed(rows[0])
}

/** What was asked for last. */
export async function lastAskedPolicy(db: Db, model: string): Promise<AskedPolicyRow | null> {
  const { rows } = await db.query<AskedPolicyRow>(
    `${select} where a.model = $1 order by a.seq desc limit 1`,
    [model],
  )
  return rows[0] === undefined ? null : parsed(rows[0])
}

/** What was asked for last of each model and has not come to the gate. */
export async function unsentPolicies(db: Db): Promise<AskedPolicyRow[]> {
  const { rows } = await db.query<AskedPolicyRow>(
    `${select} where r.release is null
       and a.seq in (select max(seq) from asked_policies group by model) order by a.seq`,
  )
  return rows.map(parsed)
}

const parsed = (row: AskedPolicyRow): AskedPolicyRow => ({
  ...row,
  asked: askedPolicy.parse(row.asked),
})
