import { randomUUID } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'
import { z } from 'zod'
import { chatAccount } from '../../contracts/chat-answer.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { GatewayDeps } from '../deps.ts'

const subject = 'driftgate_chat_link'
/** How long a link is good, seconds: long enough to sign in, short enough that none is found lying about. */
export const linkSeconds = 600

const linkSchema = z.object({ channel: z.string(), account: chatAccount })
export type ChatLink = z.infer<typeof linkSchema>

type Keys = Pick<GatewayDeps, 'cookieKey' | 'clock'>

/** A link that is told to one account only, by which whoever signs in there makes it theirs. Good once. */
export async function linkToken({ cookieKey, clock }: Keys, link: ChatLink): Promise<string> {
  const now = Math.floor(clock() / 1000)
  return new EncryptJWT({ link })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setSubject(subject)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + linkSeconds)
    .encrypt(cookieKey)
}

/** Throws CHAT_LINK_INVALID when it is too old or somebody else made it. */
export async function readLinkToken(
  { cookieKey, clock }: Keys,
  token: string,
): Promise<ChatLink & { jti: string }> {
  try {
    const { payload } = await jwtDecrypt(token, cookieKey, {
      subject,
      currentDate: new Date(clock()),
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      requiredClaims: ['jti', 'exp'],
    })
    return { ...linkSchema.parse(payload['link']), jti: String(payload.jti) }
  } catch (cause) {
    throw new DriftgateError('CHAT_LINK_INVALID', {}, { cause })
  }
}
