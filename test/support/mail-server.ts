import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { Mishap } from './slack-server.ts'

export interface Mail {
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface MailServer {
  readonly port: number
  readonly username: string
  readonly password: string
  /** Each message id once, as a mailbox shows it. */
  readonly mails: Map<string, Mail>
  readonly mishaps: Mishap[]
  close(): Promise<void>
}

/** A real SMTP server that wants a sign-in and keeps what it takes. */
export async function mailServer(): Promise<MailServer> {
  const [username, password] = ['driftgate', 'mail-test-0123456789']
  const mails = new Map<string, Mail>()
  const mishaps: Mishap[] = []
  let last: Socket | undefined
  const refusal = (responseCode: number, text: string) =>
    Object.assign(new Error(text), { responseCode })
  const server = new SMTPServer({
    allowInsecureAuth: true,
    authOptional: false,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onAuth: ({ username: user, password: pass }, _session, done) =>
      user === username && pass === password
        ? done(null, { user })
        : done(refusal(535, 'Authentication credentials invalid')),
    onMailFrom(_address, _session, done) {
      if (mishaps[0] === 'limited') {
        mishaps.shift()
        return done(refusal(450, 'try again later'))
      }
      if (mishaps[0] === 'refused') {
        mishaps.shift()
        return done(refusal(550, 'not from you'))
      }
      done()
    },
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const mishap = mishaps.shift()
        // One connection for each mail.
        const drop = () => void last?.destroy()
        if (mishap === 'request lost' || mishap === 'broken') return drop()
        const mail = parsed(Buffer.concat(parts).toString('utf8'))
        mails.set(mail.headers['message-id'] ?? '', mail)
        if (mishap === 'answer lost') return drop()
        done()
      })
    },
  })
  server.on('error', () => {})
  server.server.on('connection', (socket) => {
    last = socket
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    ...{ port, username, password, mails, mishaps },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Headers with their folded lines joined and encoded words read, and the text after them. */
function parsed(raw: string): Mail {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), decoded(line.slice(at + 1).trim())]
    }),
  )
  const text = body.join('\r\n\r\n')
  const encoding = headers['content-transfer-encoding']
  return {
    headers,
    text:
      encoding === 'base64'
        ? Buffer.from(text, 'base64').toString('utf8')
        : encoding === 'quoted-printable'
          ? quoted(text)
          : text,
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc2047 */
const decoded = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, value: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(value, 'base64').toString('utf8')
        : quoted(value.replace(/_/g, ' ')),
    )

const quoted = (text: string): string => {
  const joined = text.replace(/=\r\n/g, '')
  const bytes = joined.replace(/((?:=[0-9A-F]{2})+)/gi, (run) =>
    Buffer.from(run.replace(/=/g, ''), 'hex').toString('utf8'),
  )
  return bytes
}
