import type { FastifyReply, FastifyRequest } from 'fastify'
import { EncryptJWT, jwtDecrypt } from 'jose'
import type { z } from 'zod'

/** A cookie that only the gateway can read or make: encrypted, HttpOnly, with an end of its own. */
export interface SealedCookie<Value> {
  set(reply: FastifyReply, value: Value): Promise<void>
  /** Null when there is none, or it is too old, or anybody else made it. */
  get(request: FastifyRequest): Promise<Value | null>
  clear(reply: FastifyReply): void
}

export interface SealedCookieOptions<Value> {
  readonly name: string
  readonly path: string
  readonly seconds: number
  readonly key: Uint8Array
  /** Only over TLS. */
  readonly secure: boolean
  readonly schema: z.ZodType<Value>
  readonly clock: () => number
}

/** @param options.key 32 bytes; AES-256-GCM (RFC 7518, 5.3). */
export function sealedCookie<Value>(options: SealedCookieOptions<Value>): SealedCookie<Value> {
  const { name, path, seconds, key, secure, schema, clock } = options
  // Lax: the way back from the identity provider and a link in a chat are both cross-site GETs.
  const place = { path, httpOnly: true, sameSite: 'lax', secure } as const
  return {
    async set(reply, value) {
      const now = Math.floor(clock() / 1000)
      const sealed = await new EncryptJWT({ value })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setSubject(name)
        .setIssuedAt(now)
        .setExpirationTime(now + seconds)
        .encrypt(key)
      reply.setCookie(name, sealed, { ...place, maxAge: seconds })
    },
    async get(request) {
      const sealed = request.cookies[name]
      if (!sealed) return null
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          subject: name,
          currentDate: new Date(clock()),
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        })
        return schema.parse(payload['value'])
      } catch {
        return null
      }
    },
    clear(reply) {
      reply.clearCookie(name, place)
    },
  }
}
