import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from, to } from 'pg-copy-streams'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { transaction } from '../../adapters/postgres/pool.ts'

/** Everything that is in a database at one moment, as `pg_dump --data-only` would have it. */
export interface LogicalCopy {
  readonly partitions: readonly string[]
  readonly tables: readonly {
    readonly name: string
    readonly columns: string
    readonly bytes: Buffer
  }[]
  readonly sequences: readonly { readonly name: string; readonly value: string }[]
}

/** Taken in one snapshot, so that tables fit each other whatever is written meanwhile. */
export function takeCopy(db: pg.Pool): Promise<LogicalCopy> {
  return transaction(db, async (client) => {
    await client.query('set transaction isolation level repeatable read read only')
    const partitions = await texts(
      client,
      `select format('create table if not exists %I partition of %I %s', c.relname, p.relname,
         pg_get_expr(c.relpartbound, c.oid)) as text
       from pg_class c join pg_inherits i on i.inhrelid = c.oid join pg_class p on p.oid = i.inhparent
       where c.relispartition and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`,
    )
    const { rows } = await client.query<{ name: string; columns: string }>(
      `select format('%I', c.relname) as name,
         string_agg(format('%I', a.attname), ', ' order by a.attnum) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
         and not a.attisdropped and a.attgenerated = ''
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
         and c.relname not like '%migrations'
       group by c.oid, c.relname`,
    )
    const tables: { name: string; columns: string; bytes: Buffer }[] = []
    for (const { name, columns } of rows) {
      const text = `copy (select ${columns} from ${name}) to stdout (format binary)`
      tables.push({ name, columns, bytes: await buffer(client.query(to(text))) })
    }
    const sequences = await client.query<{ name: string; value: string }>(
      `select format('%I', sequencename) as name, last_value::text as value
       from pg_sequences where schemaname = 'public' and last_value is not null`,
    )
    return { partitions, tables, sequences: sequences.rows }
  })
}

/** Into an empty database, whose schema the migrations make. */
export async function restoreCopy(db: pg.Pool, copy: LogicalCopy): Promise<void> {
  await migrate(db)
  await transaction(db, async (client) => {
    // As pg_restore does: what was whole is whole, in whatever order it comes.
    await client.query("set local session_replication_role = 'replica'")
    for (const statement of copy.partitions) await client.query(statement)
    for (const { name, columns, bytes } of copy.tables) {
      await client.query(`delete from ${name}`)
      const stream = client.query(from(`copy ${name} (${columns}) from stdin (format binary)`))
      stream.end(bytes)
      await finished(stream)
    }
    for (const { name, value } of copy.sequences) {
      await client.query('select setval($1::regclass, $2)', [name, value])
    }
  })
}

async function texts(client: pg.PoolClient, query: string): Promise<string[]> {
  const { rows } = await client.query<{ text: string }>(query)
  return rows.map(({ text }) => text)
}
