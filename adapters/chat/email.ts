import { createHash } from 'node:crypto'
import { createTransport, type Transporter } from 'nodemailer'
import { type Card, footOfCard, partsOfCard } from '../../contracts/card.ts'
import type { EmailSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type ChatChannel, chatTimeoutMs, type Posting, type ReadSecret } from './chat-channel.ts'

/** A server that is busy names no time; so long it is left alone, seconds. */
const pauseSeconds = 60

/**
 * Sends a card as a mail with a link to its page; nothing is decided by opening it. What was sent cannot be changed, so a
 * card is sent again when it is another one, as an answer to the first. The same revision is the same message id, which mail
 * servers and readers show once.
 * @see https://www.rfc-editor.org/rfc/rfc5322
 */
export function email(name: string, settings: EmailSettings, readSecret: ReadSecret): ChatChannel {
  const { from, to, host, port, tls, username, password } = settings
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '')

  async function over<T>(task: (mail: Transporter) => Promise<T>): Promise<T> {
    const pass = password && readSecret(password, `chat.${name}.password`)
    const mail = createTransport({
      ...{ host, port, secure: tls === 'always', requireTLS: tls === 'starttls' },
      ...(tls === 'never' && { ignoreTLS: true }),
      ...(username !== undefined && { auth: { user: username, pass: pass ?? '' } }),
      connectionTimeout: chatTimeoutMs,
      greetingTimeout: chatTimeoutMs,
      socketTimeout: chatTimeoutMs,
      // What people and logs wrote is never a file or an address to fetch from.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      return await task(mail)
    } catch (cause) {
      throw errorOf(name, cause)
    } finally {
      mail.close()
    }
  }

  const send = ({ card, key, revision }: Posting): Promise<void> =>
    over(async (mail) => {
      const first = messageId(key, 1, domain)
      await mail.sendMail({
        ...{ from, to, subject: oneLine(card.headline), text: textOf(card) },
        messageId: messageId(key, revision, domain),
        ...(revision > 1 && { inReplyTo: first, references: first }),
        headers: {
          'X-Driftgate-Card': oneLine(key),
          'X-Driftgate-Revision': `${revision}`,
          'Auto-Submitted': 'auto-generated',
        },
      })
    })

  return {
    kind: 'email',
    address: `smtp://${host}:${port}`,
    edits: false,
    async post(posting) {
      await send(posting)
      return posting.key
    },
    update: (_reference, posting) => send(posting),
    linkTo: async () => null,
    async probe() {
      await over((mail) => mail.verify())
      return 'it takes mail; none was sent'
    },
  }
}

const messageId = (key: string, revision: number, domain: string): string =>
  `<${createHash('sha256').update(key).digest('hex').slice(0, 24)}.${revision}@${domain}>`

/** Text alone: nothing in it is a link but ours, and nothing is loaded when it is read. */
const textOf = (card: Card): string =>
  [
    card.headline,
    ...partsOfCard(card).map(({ title, sentences }) =>
      [...(title ? [title.toUpperCase()] : []), ...sentences].join('\n'),
    ),
    card.anew
      ? `It is asked anew: ${card.anew}`
      : `Open the page to look or to answer: ${card.link}`,
    footOfCard(card),
  ].join('\n\n')

/** A header holds one line, not too long. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 400)

/** Nodemailer says in `responseCode` what the server answered; without one nobody answered to the end. */
function errorOf(channel: string, cause: unknown): unknown {
  if (cause instanceof DriftgateError) return cause
  const { responseCode: code = 0 } = cause as { responseCode?: number }
  if (code === 421 || code === 450 || code === 451 || code === 452) {
    return new DriftgateError('CHAT_RATE_LIMITED', { channel, seconds: pauseSeconds })
  }
  // The cause may hold what was sent to sign in: it is left out.
  if (code >= 500) return new DriftgateError('CHAT_REFUSED', { channel, reason: `SMTP ${code}` })
  const reason = code > 0 ? `SMTP ${code}` : 'no answer'
  return new DriftgateError('CHAT_UNREACHABLE', { channel, reason })
}
