import type pg from 'pg'
import { countInSealed, erasedReason, eraseFromSealed } from './erase-sealed-letters.ts'
import { noteErased } from './erasures.ts'
import { type Db, transaction } from './pool.ts'

/** Letters of one transaction. */
const mostLetters = 200

const saysIt = `exists (
  select from unnest($2::bytea[]) as s(spelled)
  where position(s.spelled in convert_to(reason || ' ' || coalesce(field, ''), 'UTF8')) > 0)`
const found = `key_id is null and reading in (select id from readings where model = $1) and (${saysIt} or exists (
  select from unnest($2::bytea[]) as s(spelled) where position(s.spelled in bytes) > 0))`

/**
 * The bytes of dead letters of a model that hold one of these spellings go; the letters stay, and count. Each transaction
 * takes some.
 */
export async function eraseFromLetters(
  pool: pg.Pool,
  erasure: LetterErasure,
  onStep: () => void = () => {},
): Promise<void> {
  const { number, model, spellings } = erasure
  for (;;) {
    const letters = await transaction(pool, async (client) => {
      const { rowCount } = await client.query(
        `update dead_letters d
         set bytes = null, reason = case when f.says then $4 else d.reason end, field = case when f.says then null else d.field end
         from (select tableoid, ctid, ${saysIt} as says from dead_letters where ${found} limit $3 for update) f
         where d.tableoid = f.tableoid and d.ctid = f.ctid`,
        [model, spellings, mostLetters, erasedReason],
      )
      await noteErased(client, number, 'dead_letters', rowCount ?? 0)
      return rowCount ?? 0
    })
    onStep()
    if (letters < mostLetters) break
  }
  await eraseFromSealed(pool, erasure, onStep)
}

export interface LetterErasure {
  readonly number: number
  readonly model: string
  /** As a record may write the id. */
  readonly spellings: readonly Uint8Array[]
}

export async function countInLetters(
  db: Db,
  { model, spellings }: Pick<LetterErasure, 'model' | 'spellings'>,
): Promise<number> {
  const { rows } = await db.query<{ letters: string }>(
    `select count(*) as letters from dead_letters where ${found}`,
    [model, spellings],
  )
  return Number(rows[0]?.letters) + (await countInSealed(db, { model, spellings }))
}
