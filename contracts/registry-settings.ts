import { z } from 'zod'
import { dataRegion } from './region-tag.ts'
import { secret } from './secret.ts'

const segment = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

const folder = z.strictObject({
  kind: z.literal('folder'),
  folder: z
    .string()
    .min(1)
    .describe('shared by all workers; a relative one is beside the configuration'),
  dataRegion,
})

const s3 = z.strictObject({
  kind: z.literal('s3'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .describe('its root, such as https://s3.eu-central-1.amazonaws.com'),
  region: z.string().min(1).default('us-east-1').describe('as the server calls it; it is signed'),
  dataRegion,
  bucket: z.string().regex(segment, 'expected a bucket that exists').describe('must exist'),
  prefix: z
    .string()
    .refine((text) => text === '' || text.split('/').every((one) => segment.test(one)), {
      error: 'expected names parted by slashes, without one at the ends',
    })
    .default('')
    .describe('put before every key'),
  accessKey: z.string().min(1).describe('id of the key that signs requests'),
  secretKey: secret.describe('the key itself, read for every request'),
})

/** Where files are kept. */
export const storeSettings = z.discriminatedUnion('kind', [folder, s3])
export type StoreSettings = z.infer<typeof storeSettings>

const mlflow = z.strictObject({
  kind: z.literal('mlflow'),
  url: z.url().describe('the tracking server'),
  dataRegion,
})

const postgres = z.strictObject({
  kind: z.literal('postgres'),
  store: storeSettings.describe('where the files of versions are; the rest is in the database'),
})

/** Where versions of models are kept. */
export const registrySettings = z.discriminatedUnion('kind', [mlflow, postgres])
export type RegistrySettings = z.infer<typeof registrySettings>
