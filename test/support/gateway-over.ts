import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { identityProcess } from './identity-process.ts'
import { type GatewayOptions, listeningGateway } from './listening-gateway.ts'
import { servers } from './servers.ts'

/** A gateway that listens over a database that a test has filled, with an identity provider: all of them real. */
export async function gatewayOver(db: pg.Pool, options: GatewayOptions = {}) {
  await using parts = new AsyncDisposableStack()
  const identity = parts.adopt(await identityProcess(), (part) => part.close())
  const client = await connectClient({ address: servers().temporal, namespace: 'default' })
  parts.defer(() => client.connection.close())
  const environment = { client, prefix: `over-${randomBytes(4).toString('hex')}/` }
  const gateway = parts.adopt(
    await listeningGateway(identity, { db, environment }, options),
    (part) => part.app.close(),
  )
  const opened = parts.move()
  return { url: gateway.url, identity, close: () => opened.disposeAsync() }
}
