import { z } from 'zod'
import { duration } from './duration.ts'
import { secret } from './secret.ts'

const column = z.string().min(1).max(63)

/** A table or view of PostgreSQL that holds the labels of a model. */
export const labelTable = z.strictObject({
  url: secret.describe('where the connection URL of the database is found, read for every scan'),
  table: z
    .string()
    .min(1)
    .regex(/^[^".]{1,63}(\.[^".]{1,63})?$/, { error: 'expected a name, or schema.name' })
    .describe('table or view, with its schema where it is not on the search path'),
  columns: z
    .strictObject({
      id: column.default('id').describe('id of the prediction that the label is for'),
      time: column
        .optional()
        .describe('event time of the label, timestamptz; cursor.at where it is left out'),
      label: column
        .default('label')
        .describe('the label itself: a number, a boolean or a text; null withdraws it'),
      withdrawn: column
        .optional()
        .describe('boolean: true where the label under the id holds no more'),
      model: column.optional().describe('of a table that models share: the model a row is for'),
    })
    .prefault({})
    .describe('which column holds each part'),
  cursor: z
    .strictObject({
      at: column
        .default('updated_at')
        .describe('timestamptz, set anew by every insert and update, never to an earlier time'),
      key: column
        .default('id')
        .describe('tells rows of the same time apart: unique among them, never changed'),
    })
    .prefault({})
    .describe('the columns by which rows are read in order'),
  lag: duration
    .prefault('2m')
    .describe(
      'rows younger than this are left to the next scan: no transaction may commit later after the time that it wrote',
    ),
})
export type LabelTable = z.infer<typeof labelTable>

/** The last row that was read: both columns of the cursor as text, times in UTC. */
export const tableCursor = z.object({ at: z.string(), key: z.string() })
export type TableCursor = z.infer<typeof tableCursor>
