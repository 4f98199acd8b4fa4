import { z } from 'zod'
import { encryptionSettings } from './encryption-settings.ts'

const hostAndPort = z.string().regex(/^[^\s:/]+:\d+$/, 'expected host:port')

export const temporalSettings = z.strictObject({
  address: hostAndPort.describe('host:port of the frontend'),
  namespace: z.string().default('default').describe('must exist'),
  prefix: z
    .string()
    .default('')
    .describe('put before task queues and workflow ids, so that environments share a server'),
  encryption: encryptionSettings('payload')
    .optional()
    .describe('what workflows are told, answer and fail with is encrypted before Temporal gets it'),
})
export type TemporalSettings = z.infer<typeof temporalSettings>
