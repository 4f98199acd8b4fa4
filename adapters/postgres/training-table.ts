import pg from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'
import type { JdbcTable } from '../../contracts/training-table.ts'
import { typesOf } from './table-columns.ts'

/** PostgreSQL is waited for so long, milliseconds. */
const connectMs = 10_000
const prefix = 'jdbc:'

/** Whether the table stands in a PostgreSQL, which is all that can be looked at without the driver of the job. */
export const isOfPostgres = ({ url }: Pick<JdbcTable, 'url'>): boolean =>
  url.startsWith(`${prefix}postgresql://`)

/**
 * Looks whether a table has the columns of a labelled row and of the features, and its event time is one.
 *
 * Errors: TRAINING_TABLE_UNREACHABLE (retryable), TRAINING_TABLE_UNFIT.
 */
export async function checkTrainingTable(
  { url, user, table, columns }: JdbcTable,
  password: string,
  features: readonly string[],
): Promise<void> {
  const types = await asking(table, async () => {
    const at = new URL(url.slice(prefix.length))
    at.username = encodeURIComponent(user)
    at.password = encodeURIComponent(password)
    const client = new pg.Client({
      connectionString: at.href,
      connectionTimeoutMillis: connectMs,
    })
    client.on('error', () => {})
    await client.connect()
    try {
      return await typesOf(client, table)
    } finally {
      await client.end()
    }
  })
  const unfit = (reason: string) => new DriftgateError('TRAINING_TABLE_UNFIT', { table, reason })
  const missing = [...Object.values(columns), ...features].filter((name) => !types.has(name))
  if (missing.length > 0) throw unfit(`it has no column ${[...new Set(missing)].join(', ')}`)
  const time = types.get(columns.time) ?? ''
  if (!/^(timestamp|date)/.test(time)) {
    throw unfit(`its column ${columns.time} is ${time}, and has to be a time`)
  }
}

/** What PostgreSQL says of names and rights is a matter of the table; everything else, that it does not answer. */
async function asking<T>(table: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (cause) {
    const { code = '', message } = cause as { code?: string; message: string }
    const details = { table, reason: message }
    throw /^(22|28|42|3D)/.test(code)
      ? new DriftgateError('TRAINING_TABLE_UNFIT', details, { cause })
      : new DriftgateError('TRAINING_TABLE_UNREACHABLE', details, { cause })
  }
}
