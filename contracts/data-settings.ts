import { z } from 'zod'
import { encryptionSettings } from './encryption-settings.ts'
import { dataRegion, regionTag } from './region-tag.ts'
import { storeSettings } from './registry-settings.ts'

const absolute = z.string().regex(/^\/|^[A-Za-z]:[\\/]/, 'expected a whole path, from the root')

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
  region: regionTag
    .optional()
    .describe(
      'a tag such as eu-central, which training cluster, objects and registry have to have as dataRegion',
    ),
  objects: z
    .strictObject({
      folder: absolute.describe('shared by workers and training jobs'),
      dataRegion,
    })
    .optional()
    .describe('its own place for training specifications and what jobs write; objects unless said'),
  store: storeSettings
    .refine((store) => store.kind !== 'folder' || absolute.safeParse(store.folder).success, {
      path: ['folder'],
      error: 'expected a whole path, from the root',
    })
    .optional()
    .describe(
      'its own place for the files of its versions, with registry.kind postgres; registry.store unless said',
    ),
})
export type DataSettings = z.infer<typeof dataSettings>

interface Kept {
  readonly data: Pick<DataSettings, 'rows'>
}

/** Whether a sample of rows goes with counts. */
export const keepsSamples = ({ data }: Kept): boolean => data.rows === 'all'

/** Whether the database may hold anything of a single row. */
export const keepsRows = ({ data }: Kept): boolean => data.rows !== 'never'
