import { z } from 'zod'

/** A secret is never written down: where it is found, an environment variable or a file. */
export const secret = z.union([
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
])
export type Secret = z.infer<typeof secret>
