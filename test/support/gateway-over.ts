import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { signingKeyOf } from '../../adapters/identity/decision-token.ts'
import { openIdentity } from '../../adapters/identity/index.ts'
import { openKafkaLog } from '../../adapters/kafka/log.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { settingsSchema } from '../../contracts/config.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { buildGateway } from '../../gateway/build-gateway.ts'
import { measuredIn } from '../../gateway/metrics/measured.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import { identityProcess } from './identity-process.ts'
import { servers } from './servers.ts'

/**
 * A gateway that listens over a database that a test has filled, with an identity provider: all of them real.
 * `onRequest` is told the path of every request, and is waited for before it is answered.
 */
export async function gatewayOver(
  db: pg.Pool,
  { onRequest }: { readonly onRequest?: (path: string) => Promise<void> } = {},
) {
  await using parts = new AsyncDisposableStack()
  const identity = parts.adopt(await identityProcess(), (part) => part.close())
  const url = `http://127.0.0.1:${await freePort()}`
  const gateway = settingsSchema.shape.gateway.parse({ url, issuer: identity.issuer })
  const { temporal, kafka } = servers()
  const client = await connectClient({ address: temporal, namespace: 'default' })
  parts.defer(() => client.connection.close())
  const prefix = `over-${randomBytes(4).toString('hex')}/`
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })
  const app = buildGateway({
    settings: {
      environment: 'test',
      temporal: { address: temporal, namespace: 'default', prefix },
      gateway,
    },
    ...{ db, temporal: { client, prefix }, identity: openIdentity(gateway) },
    openLog: () => openKafkaLog([kafka]),
    signingKey: await signingKeyOf(pem.toString()),
    cookieKey: randomBytes(32),
    clock: Date.now,
    metrics: createMetrics(measuredIn(db, Date.now), throwIt),
  })
  parts.defer(() => app.close())
  if (onRequest) app.addHook('onRequest', ({ url }) => onRequest(url))
  await app.listen({ host: '127.0.0.1', port: Number(new URL(url).port) })
  const opened = parts.move()
  return { url, identity, close: () => opened.disposeAsync() }
}

const throwIt = (series: string, cause: unknown): never => {
  throw new Error(`${series} could not be asked for`, { cause })
}
