import { z } from 'zod'
import { secret } from './secret.ts'

const column = z.string().min(1).max(128)

/** Which column holds each part of a labelled row; features have columns of their own names. */
export const tableColumns = z.strictObject({
  id: column.default('id').describe('id of the row: of several with one id the earliest counts'),
  time: column
    .default('time')
    .describe('event time: a timestamp, in UTC where it has no zone, or a date'),
  label: column.default('label').describe('the label; rows where it is null are left out'),
})

const columns = tableColumns.prefault({}).describe('which column holds each part')

const parquet = z.strictObject({
  kind: z.literal('parquet'),
  path: z
    .string()
    .min(1)
    .describe('file, or folder of Parquet files; the same path for workers and cluster'),
  columns,
})

const jdbc = z.strictObject({
  kind: z.literal('jdbc'),
  url: z
    .string()
    .regex(/^jdbc:[a-z]/, { error: 'expected a URL that begins with jdbc:' })
    .refine((url) => !/password|:\/\/[^/]*@/i.test(url), {
      error: 'user and password have settings of their own',
    })
    .describe('of the database, as its JDBC driver wants it'),
  driver: z
    .string()
    .min(1)
    .default('org.postgresql.Driver')
    .describe('class of the JDBC driver; its jar belongs to cluster.job.jars'),
  table: z
    .string()
    .min(1)
    .regex(/^[^".;()]{1,63}(\.[^".;()]{1,63})*$/, { error: 'expected a name, or schema.name' })
    .describe('table or view, with its schema where it needs one'),
  user: z.string().min(1).describe('who reads the table'),
  password: secret.describe('where the driver of the job finds the password'),
  columns,
})

/** Where the labelled rows of a retraining stand, if not in the prediction log. */
export const retrainingSource = z.discriminatedUnion('kind', [parquet, jdbc])
export type RetrainingSource = z.infer<typeof retrainingSource>
export type JdbcTable = z.infer<typeof jdbc>

/** Event time of the rows, ISO 8601, [from, to). */
const range = { from: z.string(), to: z.string() }

/** Files as they were when the retraining was prepared, each checked by digest. */
export const tableFilesSchema = z.strictObject({
  kind: z.literal('files'),
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string() })).min(1),
  columns: tableColumns,
  ...range,
})

/** A table that the job copies into the run's folder before it reads: what a second run of the key finds there, it reads. */
export const tableCopySchema = jdbc.extend({ columns: tableColumns, ...range })
