import { z } from 'zod'
import { encryptionSettings } from './encryption-settings.ts'

/** Where the data of one model are, and what of its single rows the database may hold. */
export const dataSettings = z.strictObject({
  rows: z
    .enum(['all', 'needed', 'never'])
    .default('all')
    .describe(
      'which single rows the database holds: all also keeps samples of at most 1,000 rows with the counts of a window and of a reference, which row detectors and the search for changed units read; needed keeps only those that wait for a label, for their other half or to be told from repetitions; never keeps none',
    ),
  encryption: encryptionSettings('row')
    .optional()
    .describe('single rows are encrypted before the database gets them'),
})
export type DataSettings = z.infer<typeof dataSettings>

interface Kept {
  readonly data: Pick<DataSettings, 'rows'>
}

/** Whether a sample of rows goes with counts. */
export const keepsSamples = ({ data }: Kept): boolean => data.rows === 'all'

/** Whether the database may hold anything of a single row. */
export const keepsRows = ({ data }: Kept): boolean => data.rows !== 'never'
