import { createHmac, timingSafeEqual } from 'node:crypto'
import { DriftgateError } from '../../contracts/errors.ts'
import { clockToleranceMs, type Delivery, headerOf } from './chat-answers.ts'

/**
 * What Slack signs with the signing secret of an app: HMAC-SHA256 over `v0:timestamp:body`, the body as it came.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export const slackSignature = (secret: string, timestamp: string, body: Buffer | string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`

/** Throws CHAT_SIGNATURE_INVALID. A time too far ahead is refused as one too long ago: it would be good for longer. */
export function mustBeFromSlack(
  channel: string,
  secret: string,
  delivery: Pick<Delivery, 'headers' | 'body' | 'atMs'>,
): { signature: string } {
  const refuse = (reason: string) =>
    new DriftgateError('CHAT_SIGNATURE_INVALID', { channel, reason })
  const timestamp = headerOf(delivery, 'x-slack-request-timestamp')
  const signature = headerOf(delivery, 'x-slack-signature')
  if (!/^\d{1,12}$/.test(timestamp) || signature === '') throw refuse('it is not signed')
  const [given, own] = [
    Buffer.from(signature),
    Buffer.from(slackSignature(secret, timestamp, delivery.body)),
  ]
  if (given.length !== own.length || !timingSafeEqual(given, own)) {
    throw refuse('the signature is another one')
  }
  if (Math.abs(delivery.atMs - Number(timestamp) * 1_000) > clockToleranceMs) {
    throw refuse('it was signed more than five minutes before or after now')
  }
  return { signature }
}
