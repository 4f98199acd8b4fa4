import { z } from 'zod'
import type { GatewayDeps } from './deps.ts'
import { type SealedCookie, sealedCookie } from './sealed-cookie.ts'

const sessionSchema = z.object({
  person: z.object({
    subject: z.string(),
    name: z.string(),
    roles: z.array(z.string()),
    groups: z.array(z.string()).default([]),
    person: z.string().optional(),
  }),
  /** Comes back with every form of this session, and is known to its pages only. */
  csrf: z.string(),
})
export type Session = z.infer<typeof sessionSchema>

const pendingSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** Where to go afterwards: a path of ours. */
  back: z.string(),
})

const saidSchema = z.object({
  /** Path of the page that is told. */
  place: z.string(),
  /** What the last form did, or why it did nothing. */
  done: z.object({ outcome: z.string(), sentence: z.string() }).nullable(),
  problem: z.object({ code: z.string(), detail: z.string(), help: z.string() }).nullable(),
  /** What was typed, when it has to be sent again. */
  typed: z.string(),
})
export type Said = z.infer<typeof saidSchema>

export interface Cookies {
  /** An hour: roles that were taken away stay in it no longer. */
  readonly session: SealedCookie<Session>
  readonly pending: SealedCookie<z.infer<typeof pendingSchema>>
  readonly said: SealedCookie<Said>
  /** Somebody signed out here: the next sign-in asks anew who it is. */
  readonly signedOut: SealedCookie<true>
}

export function gatewayCookies(
  deps: Pick<GatewayDeps, 'cookieKey' | 'clock' | 'settings'>,
): Cookies {
  const shared = {
    key: deps.cookieKey,
    clock: deps.clock,
    secure: new URL(deps.settings.gateway.url).protocol === 'https:',
  }
  return {
    session: sealedCookie({
      ...shared,
      name: 'driftgate_session',
      path: '/',
      seconds: 3_600,
      schema: sessionSchema,
    }),
    pending: sealedCookie({
      ...shared,
      name: 'driftgate_sign_in',
      path: '/sign-in',
      seconds: 600,
      schema: pendingSchema,
    }),
    said: sealedCookie({
      ...shared,
      name: 'driftgate_said',
      path: '/',
      seconds: 60,
      schema: saidSchema,
    }),
    signedOut: sealedCookie({
      ...shared,
      name: 'driftgate_signed_out',
      path: '/sign-in',
      seconds: 86_400,
      schema: z.literal(true),
    }),
  }
}
