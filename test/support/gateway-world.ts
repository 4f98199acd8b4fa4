import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type SigningKey, signingKeyOf } from '../../adapters/identity/decision-token.ts'
import { openIdentity } from '../../adapters/identity/index.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { lastHousekeeping, storedBytes } from '../../adapters/postgres/housekeepings.ts'
import { waitingGates } from '../../adapters/postgres/views.ts'
import { settingsSchema } from '../../contracts/config.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { buildGateway } from '../../gateway/build-gateway.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import { gateWorker } from './gate-worker.ts'
import { type GateWorldOptions, gateWorld } from './gate-world.ts'
import { type IdentityProcess, identityProcess } from './identity-process.ts'
import { servers } from './servers.ts'

export interface GatewayWorld {
  readonly url: string
  readonly identity: IdentityProcess
  readonly gate: Awaited<ReturnType<typeof gateWorld>>
  readonly signingKey: SigningKey
  readonly app: FastifyInstance
  /** A request to /v1 as a ready-made person; null: as nobody. */
  ask(person: string | null, path: string, init?: AskInit): Promise<Answer>
  close(): Promise<void>
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

/** The release `m/1` at its gate, workers, identity provider and a gateway that listens: all of them real. */
export async function gatewayWorld(options: GateWorldOptions = {}): Promise<GatewayWorld> {
  // What stands is closed in the end, the last first, also where a later part does not start.
  await using parts = new AsyncDisposableStack()
  const identity = parts.adopt(await identityProcess(), (part) => part.close())
  const gate = parts.adopt(await gateWorld({ ...options, workerless: true }), (part) =>
    part.close(),
  )
  const port = await freePort()
  const keys = generateKeyPairSync('ed25519')
  const signingKey = await signingKeyOf(
    keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  )
  const publicKey = keys.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  if (!options.workerless) {
    parts.adopt(await gateWorker({ ...gate.workerInput, publicKey }), (part) => part.stop())
  }
  const url = `http://127.0.0.1:${port}`
  const { prefix } = gate.environment
  const app = buildGateway({
    settings: {
      environment: 'test',
      temporal: { address: servers().temporal, namespace: 'default', prefix },
      gateway: settingsSchema.shape.gateway.parse({ url, issuer: identity.issuer }),
    },
    db: gate.db,
    temporal: gate.environment,
    identity: openIdentity(settingsSchema.shape.gateway.parse({ url, issuer: identity.issuer })),
    openLog: () => openKafkaLog([servers().kafka]),
    signingKey,
    cookieKey: randomBytes(32),
    clock: Date.now,
    metrics: createMetrics({
      waiting: () => waitingGates(gate.db),
      bytes: () => storedBytes(gate.db),
      tidied: async () => (await lastHousekeeping(gate.db))?.endedAt ?? null,
    }),
  })
  parts.defer(() => app.close())
  await app.listen({ host: '127.0.0.1', port })
  const opened = parts.move()
  return {
    url,
    identity,
    gate,
    signingKey,
    app,
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
    close: () => opened.disposeAsync(),
  }
}
