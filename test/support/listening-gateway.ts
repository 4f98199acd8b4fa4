import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { openAnswers, openChannel } from '../../adapters/chat/index.ts'
import { readSecret } from '../../adapters/files/read-secret.ts'
import type { GroupSource } from '../../adapters/groups/index.ts'
import { type SigningKey, signingKeyOf } from '../../adapters/identity/decision-token.ts'
import { openIdentity } from '../../adapters/identity/index.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import type { Environment } from '../../adapters/temporal/messages.ts'
import { type Secret, settingsSchema } from '../../contracts/config.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { buildGateway } from '../../gateway/build-gateway.ts'
import { measuredIn } from '../../gateway/metrics/measured.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import type { IdentityProcess } from './identity-process.ts'
import { servers } from './servers.ts'

export interface ListeningGateway {
  readonly url: string
  readonly signingKey: SigningKey
  /** Of whoever checks its decision tokens, in PEM. */
  readonly publicKey: string
  readonly app: FastifyInstance
  /** A request to /v1 as a ready-made person; null: as nobody. */
  ask(person: string | null, path: string, init?: AskInit): Promise<Answer>
}

export interface AskInit {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly body?: unknown
  /** Instead of the person's own. */
  readonly bearer?: string
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly body: any
}

export interface GatewayOptions {
  /** Milliseconds since 1970; the system's unless a test stops it. */
  readonly clock?: () => number
  /** What controllers of deployments show; none unless said. */
  readonly controllerToken?: Secret
  /** Whom answers from chat are asked about; nobody unless said. */
  readonly groups?: GroupSource
  /** Told what goes wrong with them. */
  readonly onChatProblem?: (error: unknown) => void
  /** Told the path of every request, and waited for before it is answered. */
  readonly onRequest?: (path: string) => Promise<void>
}

/** A gateway over a database and an environment of the test, with keys of its own. */
export async function listeningGateway(
  identity: Pick<IdentityProcess, 'issuer' | 'tokenOf'>,
  { db, environment }: { readonly db: pg.Pool; readonly environment: Environment },
  { clock = Date.now, onRequest, groups, onChatProblem, controllerToken }: GatewayOptions = {},
): Promise<ListeningGateway> {
  const port = await freePort()
  const keys = generateKeyPairSync('ed25519')
  const signingKey = await signingKeyOf(
    keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  )
  const url = `http://127.0.0.1:${port}`
  const { prefix } = environment
  const own = settingsSchema.shape.gateway.parse({ url, issuer: identity.issuer, controllerToken })
  const app = buildGateway({
    settings: {
      environment: 'test',
      temporal: { address: servers().temporal, namespace: 'default', prefix },
      gateway: own,
    },
    ...{ db, temporal: environment, identity: openIdentity(own), signingKey },
    openLog: () => openKafkaLog([servers().kafka]),
    openAnswers: (name, inForce) => openAnswers(name, inForce, readSecret),
    openChannel: (name, inForce) => openChannel(name, inForce, readSecret),
    groups: groups ?? null,
    onChatProblem: onChatProblem ?? (() => {}),
    cookieKey: randomBytes(32),
    clock,
    metrics: createMetrics(measuredIn(db, clock), throwIt),
  })
  if (onRequest) app.addHook('onRequest', ({ url: path }) => onRequest(path))
  await app.listen({ host: '127.0.0.1', port })
  return {
    ...{ url, signingKey, app },
    publicKey: keys.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    async ask(person, path, { method = 'GET', body, bearer } = {}) {
      const token = bearer ?? (person === null ? null : await identity.tokenOf(person))
      const response = await fetch(`${url}/v1/${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: await response.json() }
    },
  }
}

const throwIt = (series: string, cause: unknown): never => {
  throw new Error(`${series} could not be asked for`, { cause })
}
