import { createHmac, timingSafeEqual } from 'node:crypto'

const secretForm = /^whsec_([A-Za-z0-9+/]+={0,2})$/

/** A signature is good for so long before and after its time, seconds. */
const toleranceSeconds = 300

/** What a request carries beside its body, by their names in lower case. */
export type SignedHeaders = Readonly<
  Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
>

/**
 * The key of a secret of the form `whsec_` and 24 to 64 bytes in base64; null: it has another form.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookKey(secret: string): Buffer | null {
  const key = Buffer.from(secretForm.exec(secret)?.[1] ?? '', 'base64')
  return key.length >= 24 && key.length <= 64 ? key : null
}

/** Signs a body under an id, which must not hold a full stop; `nowMs` is Unix time. */
export function signedHeaders(
  key: Buffer,
  id: string,
  body: string,
  nowMs = Date.now(),
): SignedHeaders {
  const timestamp = Math.floor(nowMs / 1000).toString()
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signatureOf(key, id, timestamp, body).toString('base64')}`,
  }
}

/** Whether one of the signatures of a request is ours, and not older or newer than five minutes. */
export function isSigned(
  key: Buffer,
  headers: Readonly<Partial<Record<string, string | string[]>>>,
  body: string,
  nowMs = Date.now(),
): boolean {
  const [id, timestamp, signatures] = (
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
  ).map((name) => String(headers[name] ?? '')) as [string, string, string]
  const age = Math.abs(nowMs / 1000 - Number(timestamp))
  if (timestamp === '' || !(age <= toleranceSeconds)) return false
  const wanted = signatureOf(key, id, timestamp, body)
  return signatures.split(' ').some((each) => {
    const [version, text = ''] = each.split(',')
    const given = Buffer.from(text, 'base64')
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted)
  })
}

/** HMAC-SHA256 over `id.timestamp.body`. */
const signatureOf = (key: Buffer, id: string, timestamp: string, body: string): Buffer =>
  createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
