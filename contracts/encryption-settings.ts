import { z } from 'zod'
import { secret } from './secret.ts'

const keyId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected up to 64 letters, digits, dots and dashes')

/** Keys of AES-256-GCM with their ids. `what` is encrypted one by one: a noun for the descriptions. */
export const encryptionSettings = (what: string) =>
  z.strictObject({
    keys: z
      .array(
        z.strictObject({
          id: keyId.describe(`stands beside every ${what} that the key encrypted; not secret`),
          key: secret.describe('256 random bits in base64: openssl rand -base64 32'),
        }),
      )
      .min(1)
      .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, {
        error: `two keys have the same id: a ${what} would not say which of them it needs`,
      })
      .describe('the first one encrypts, all of them decrypt'),
  })
