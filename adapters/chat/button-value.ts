import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ChatVerb } from '../../contracts/chat-verbs.ts'

/** Whose buttons: a secret of the channel, and what may share it with others. */
export interface ButtonKey {
  readonly secret: string
  readonly environment: string
  readonly channel: string
}

export interface ButtonSubject {
  readonly verb: ChatVerb
  readonly subject: string
  readonly digest: string
}

const separator = ' '

/**
 * What a button carries: subject, digest, and a MAC over both with verb, channel and environment, so that a value is
 * good for its own button only. The same for the same button, so that a card sent again is the same card.
 */
export const buttonValue = (key: ButtonKey, button: ButtonSubject): string =>
  [button.subject, button.digest, macOf(key, button)].join(separator)

/** What a button was made for; null when we did not make it. */
export function readButton(key: ButtonKey, verb: ChatVerb, value: string): ButtonSubject | null {
  const [subject = '', digest = '', mac = '', ...rest] = value.split(separator)
  const button = { verb, subject, digest }
  const [given, own] = [Buffer.from(mac), Buffer.from(macOf(key, button))]
  if (rest.length > 0 || given.length !== own.length || !timingSafeEqual(given, own)) return null
  return button
}

function macOf(key: ButtonKey, { verb, subject, digest }: ButtonSubject): string {
  // A key of its own, since the secret is made for something else.
  const own = createHmac('sha256', key.secret).update('driftgate button/1').digest()
  return createHmac('sha256', own)
    .update(JSON.stringify([key.environment, key.channel, verb, subject, digest]))
    .digest('base64url')
}
