import { z } from 'zod'
import { secret } from './secret.ts'

const hostAndPort = z.string().regex(/^[^\s:/]+:\d+$/, 'expected host:port')

const keyId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected up to 64 letters, digits, dots and dashes')

const encryption = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: keyId.describe('stands beside every payload that the key encrypted; not secret'),
        key: secret.describe('256 random bits in base64: openssl rand -base64 32'),
      }),
    )
    .min(1)
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, {
      error: 'two keys have the same id: a payload would not say which of them it needs',
    })
    .describe('the first one encrypts, all of them decrypt'),
})

export const temporalSettings = z.strictObject({
  address: hostAndPort.describe('host:port of the frontend'),
  namespace: z.string().default('default').describe('must exist'),
  prefix: z
    .string()
    .default('')
    .describe('put before task queues and workflow ids, so that environments share a server'),
  encryption: encryption
    .optional()
    .describe('what workflows are told, answer and fail with is encrypted before Temporal gets it'),
})
export type TemporalSettings = z.infer<typeof temporalSettings>
