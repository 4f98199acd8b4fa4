import { z } from 'zod'

/** What a token of the gateway says of a person and of the release that they do something to. */
export const personClaims = z.object({
  jti: z.string(),
  sub: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  groups: z.array(z.string()).default([]),
  /** What tells people apart who have more than one account; absent: the account does. */
  person: z.string().optional(),
  release: z.string(),
  iat: z.number(),
  exp: z.number(),
})
