import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { DriftgateError } from '../../contracts/errors.ts'

export interface UpstreamAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface UpstreamAsk {
  readonly model: string
  /** Root of the model server. */
  readonly root: string
  /** From the root on, with its query. */
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body?: Uint8Array | undefined
  readonly timeoutMs: number
  /** The caller's own sign-in goes on too. */
  readonly withSignIn: boolean
}

/** Of one connection, and never passed on (RFC 9110, section 7.6.1). */
const hopByHop = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]

export interface Upstream {
  /** Throws GUARD_UPSTREAM_UNREACHABLE, GUARD_UPSTREAM_TIMEOUT. */
  ask(asked: UpstreamAsk): Promise<UpstreamAnswer>
  close(): void
}

/** Connections to the model servers, kept open. */
export function openUpstream(): Upstream {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: 256 }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: 256 }),
  }
  return {
    ask: (asked) => new Promise((resolve, reject) => send(agents, asked, resolve, reject)),
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function send(
  agents: { 'http:': HttpAgent; 'https:': HttpsAgent },
  asked: UpstreamAsk,
  resolve: (answer: UpstreamAnswer) => void,
  reject: (error: DriftgateError) => void,
  again = false,
): void {
  const { model, root, path, method, headers, body, timeoutMs, withSignIn } = asked
  const url = new URL(path.replace(/^\//, ''), root.endsWith('/') ? root : `${root}/`)
  const secure = url.protocol === 'https:'
  const passed = passedOn(headers)
  if (!withSignIn) delete passed['authorization']
  // What is answered is read here.
  delete passed['accept-encoding']
  const unreachable = (cause: unknown) =>
    reject(new DriftgateError('GUARD_UPSTREAM_UNREACHABLE', { model, address: root }, { cause }))
  const deadline = setTimeout(() => {
    request.destroy()
    reject(new DriftgateError('GUARD_UPSTREAM_TIMEOUT', { model, milliseconds: timeoutMs }))
  }, timeoutMs)
  const request = (secure ? httpsRequest : httpRequest)(
    url,
    {
      method,
      agent: secure ? agents['https:'] : agents['http:'],
      headers: { ...passed, ...(body && { 'content-length': body.byteLength }) },
    },
    (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', unreachable)
      response.on('end', () => {
        clearTimeout(deadline)
        const { statusCode: status = 502, headers: answered } = response
        resolve({ status, headers: passedOn(answered), body: Buffer.concat(parts) })
      })
    },
  )
  request.on('error', (cause: NodeJS.ErrnoException) => {
    clearTimeout(deadline)
    // The server closed a kept connection as we took it: nobody has read the request.
    if (request.reusedSocket && cause.code === 'ECONNRESET' && !again) {
      return send(agents, asked, resolve, reject, true)
    }
    unreachable(cause)
  })
  request.end(body)
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        !hopByHop.includes(name) &&
        !named.includes(name) &&
        name !== 'host' &&
        name !== 'content-length',
    ),
  )
}
