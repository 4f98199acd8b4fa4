import type pg from 'pg'

/** Type of each column of a table or view. */
export async function typesOf(client: pg.Client, table: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [tableName(table)],
  )
  return new Map(rows.map(({ name, type }) => [name, type]))
}

/** Without user and password. */
export function addressOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${pathname}`
  } catch {
    return 'a URL that cannot be read'
  }
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const tableName = (table: string): string => table.split('.').map(quoted).join('.')
