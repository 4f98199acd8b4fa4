import type { z } from 'zod'
import type { Db } from './pool.ts'

/** What an incident and a notice have in common. */
interface Concern {
  readonly id: string
  readonly model: string
  readonly state: 'open' | 'resolved'
  readonly openedAt: string
  readonly resolvedAt: string | null
}

export interface ConcernTable<One extends Concern> {
  /** As it is now, whatever was there before; whether that is something else. */
  upsert(db: Db, one: One): Promise<boolean>
  /** Open ones first, then the newest. */
  list(db: Db, model: string, limit?: number): Promise<One[]>
  /** The open ones of every model, the newest first. */
  open(db: Db): Promise<One[]>
  find(db: Db, id: string): Promise<One | null>
}

/** A table of what stays open until it is over: as a whole in `column`, and by `sort` what it is. */
export function concernTable<One extends Concern>(of: {
  readonly table: string
  readonly column: string
  readonly sort: string & keyof One
  readonly schema: z.ZodType<One>
}): ConcernTable<One> {
  const { table, column, sort, schema } = of
  async function read(db: Db, rest: string, values: readonly unknown[] = []): Promise<One[]> {
    const text = `select ${column} as one from ${table} ${rest}`
    const { rows } = await db.query<{ one: unknown }>(text, [...values])
    return rows.map(({ one }) => schema.parse(one))
  }
  return {
    async upsert(db, one) {
      const { id, model, state, openedAt, resolvedAt } = one
      const { rowCount } = await db.query(
        `insert into ${table} (id, model, ${sort}, state, opened_at, resolved_at, ${column})
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do update
         set state = excluded.state, resolved_at = excluded.resolved_at, ${column} = excluded.${column}
         where ${table}.${column} is distinct from excluded.${column}`,
        [id, model, one[sort], state, openedAt, resolvedAt, JSON.stringify(one)],
      )
      return rowCount === 1
    },
    list: (db, model, limit = 50) =>
      read(db, "where model = $1 order by state = 'open' desc, opened_at desc, id limit $2", [
        model,
        limit,
      ]),
    open: (db) => read(db, "where state = 'open' order by opened_at desc, id limit 200"),
    find: async (db, id) => (await read(db, 'where id = $1', [id]))[0] ?? null,
  }
}
