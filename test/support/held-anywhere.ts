import type pg from 'pg'

/** Places of a database that hold a text: `table.column`, whatever the column is of; partitions as their table. */
export async function heldAnywhere(db: pg.Pool, text: string): Promise<string[]> {
  const { rows } = await db.query<{ table: string; column: string; type: string }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     order by 1, 2`,
  )
  const found: string[] = []
  for (const { table, column, type } of rows) {
    const held =
      type === 'bytea'
        ? `position(convert_to($1, 'UTF8') in "${column}") > 0`
        : `position($1 in "${column}"::text) > 0`
    const { rowCount } = await db.query(`select from "${table}" where ${held} limit 1`, [text])
    if (rowCount !== 0) found.push(`${table}.${column}`)
  }
  return found
}
