import pg from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'
import type { LabelTable, TableCursor } from '../../contracts/label-table.ts'
import { addressOf, quoted, tableName, typesOf } from './table-columns.ts'

/** A row as the record that a topic would hold, in JSON, with its place in the order. */
export interface TableRow extends TableCursor {
  readonly value: string
  /** Time of the cursor, milliseconds since 1970. */
  readonly atMs: number
}

/** Reads a table or view of labels in the order of its cursor. It writes nothing. */
export interface LabelTableReader {
  /**
   * Rows below this time can be read: nobody is still writing one of them. That is `lag` before now, and no later than the
   * oldest transaction that writes, as far as this user may see others (pg_read_all_stats).
   */
  horizon(): Promise<string>
  /** The first rows after one (null: from the beginning) and below a horizon. Throws LABELS_TABLE_UNFIT where two rows share a place. */
  read(after: TableCursor | null, horizon: string, limit: number): Promise<TableRow[]>
  close(): Promise<void>
}

/** PostgreSQL is waited for so long, milliseconds. */
const connectMs = 10_000

/**
 * Connects, and looks whether table and columns are there and of types that can be read.
 *
 * Errors: LABELS_TABLE_UNREACHABLE (retryable), LABELS_TABLE_UNFIT.
 */
export async function openLabelTable(
  url: string,
  source: Omit<LabelTable, 'url'>,
): Promise<LabelTableReader> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs })
  // One that breaks between two queries would end the process; the next query says it.
  client.on('error', () => {})
  const asking = coded(source.table, addressOf(url))
  await asking(() => client.connect())
  try {
    await asking(() =>
      client.query(`set default_transaction_read_only = on; set timezone to 'UTC'`),
    )
    const types = await asking(() => typesOf(client, source.table))
    mustFit(source, types)
    return readerOf(client, source, types, asking)
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

type Asking = <T>(call: () => Promise<T>) => Promise<T>

function readerOf(
  client: pg.Client,
  source: Omit<LabelTable, 'url'>,
  types: ReadonlyMap<string, string>,
  asking: Asking,
): LabelTableReader {
  const { table, columns, cursor, lag } = source
  const [at, key] = [quoted(cursor.at), quoted(cursor.key)]
  const label = quoted(columns.label)
  const withdrawn = columns.withdrawn === undefined ? 'false' : quoted(columns.withdrawn)
  const time = quoted(columns.time ?? cursor.at)
  const select = `
    select ${at}::text as at, ${key}::text as key, floor(extract(epoch from ${at}) * 1000)::float8 as "atMs",
           json_build_object('id', ${quoted(columns.id)},
             'time', to_char(${time}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'label', ${label},
             'withdrawn', ${label} is null or coalesce(${withdrawn}, false)
             ${columns.model === undefined ? '' : `, 'model', ${quoted(columns.model)}`})::text as value
    from ${tableName(table)}`
  return {
    horizon: () =>
      asking(async () => {
        const { rows } = await client.query<{ horizon: string }>(
          `select least(now() - $1::float8 * interval '1 millisecond', (
             select min(xact_start) from pg_stat_activity
             where backend_xid is not null and datname = current_database() and pid <> pg_backend_pid()))::text as horizon`,
          [lag],
        )
        return rows[0]?.horizon as string
      }),
    read: (after, horizon, limit) =>
      asking(async () => {
        const from =
          after === null
            ? ''
            : `and (${at}, ${key}) >= ($3::timestamptz, $4::${types.get(cursor.key)})`
        const { rows } = await client.query<TableRow>(
          // One more: the row itself, where it has not been written anew since.
          `${select} where ${at} < $1::timestamptz ${from} order by ${at}, ${key} limit $2`,
          [horizon, limit + 1, ...(after === null ? [] : [after.at, after.key])],
        )
        return withoutLast(table, rows, after).slice(0, limit)
      }),
    close: () => client.end(),
  }
}

/** Without the row that was read last. Two rows at one place cannot be told apart: one might never be read. */
function withoutLast(
  table: string,
  rows: readonly TableRow[],
  last: TableCursor | null,
): TableRow[] {
  const isAt = (row: TableRow, place: TableCursor | undefined | null) =>
    row.at === place?.at && row.key === place.key
  const twice = rows.find((row, index) => index > 0 && isAt(row, rows[index - 1]))
  if (twice !== undefined) {
    const reason = `two rows have the time ${twice.at} and the key ${twice.key} of its cursor`
    throw new DriftgateError('LABELS_TABLE_UNFIT', { table, reason })
  }
  const [first] = rows
  return first !== undefined && isAt(first, last) ? rows.slice(1) : [...rows]
}

function mustFit(
  { table, columns, cursor }: Omit<LabelTable, 'url'>,
  types: ReadonlyMap<string, string>,
): void {
  const unfit = (reason: string) => new DriftgateError('LABELS_TABLE_UNFIT', { table, reason })
  for (const name of [...Object.values(columns), cursor.at, cursor.key]) {
    if (name !== undefined && !types.has(name)) throw unfit(`it has no column ${name}`)
  }
  for (const name of [cursor.at, columns.time ?? cursor.at]) {
    const type = types.get(name) ?? ''
    if (!/^timestamp\(?\d?\)? with time zone$/.test(type)) {
      throw unfit(`its column ${name} is ${type}, and has to be a time with time zone`)
    }
  }
  const { withdrawn } = columns
  if (withdrawn !== undefined && types.get(withdrawn) !== 'boolean') {
    throw unfit(`its column ${withdrawn} is ${types.get(withdrawn)}, and has to be boolean`)
  }
}

/** What PostgreSQL says of itself is a matter of the table; everything else, that it does not answer. */
const coded =
  (table: string, address: string): Asking =>
  async (call) => {
    try {
      return await call()
    } catch (cause) {
      if (cause instanceof DriftgateError) throw cause
      const { code = '', message } = cause as { code?: string; message: string }
      // Access rules, names and types (classes 22, 28 and 42, and 3D: no such database).
      if (/^(22|28|42|3D)/.test(code)) {
        throw new DriftgateError('LABELS_TABLE_UNFIT', { table, reason: message }, { cause })
      }
      throw new DriftgateError('LABELS_TABLE_UNREACHABLE', { table, address }, { cause })
    }
  }
