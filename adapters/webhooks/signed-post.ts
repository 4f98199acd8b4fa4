import { randomUUID } from 'node:crypto'
import { DriftgateError } from '../../contracts/errors.ts'
import { signedHeaders, webhookKey } from './signature.ts'

export interface SignedPlace {
  readonly url: string
  /** Read for every request. */
  readonly secret: () => string
  /** Name of the setting with the secret, for people. */
  readonly setting: string
  readonly timeoutMs: number
}

/**
 * Posts JSON that is signed as Standard Webhooks has it. Throws CONFIG_SECRET_INVALID, and what `fetch` throws where
 * nobody answers in time; a redirect is an answer, and is not followed.
 */
export async function signedPost(
  { url, secret, setting, timeoutMs }: SignedPlace,
  body: string,
): Promise<Response> {
  const key = webhookKey(secret())
  if (key === null) {
    const wanted = 'whsec_ and 24 to 64 bytes in base64'
    throw new DriftgateError('CONFIG_SECRET_INVALID', { name: setting, wanted })
  }
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...signedHeaders(key, randomUUID(), body) },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  })
}
