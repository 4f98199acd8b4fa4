import { gateWorker } from './gate-worker.ts'
import { type GateWorldOptions, gateWorld } from './gate-world.ts'
import { type IdentityProcess, identityProcess } from './identity-process.ts'
import {
  type GatewayOptions,
  type ListeningGateway,
  listeningGateway,
} from './listening-gateway.ts'

export interface GatewayWorld extends GateAndGateway {
  readonly identity: IdentityProcess
}

export interface GateAndGateway extends ListeningGateway {
  readonly gate: Awaited<ReturnType<typeof gateWorld>>
  close(): Promise<void>
}

/** The release `m/1` at its gate, workers, identity provider and a gateway that listens: all of them real. */
export async function gatewayWorld(
  options: GateWorldOptions & GatewayOptions = {},
): Promise<GatewayWorld> {
  // What stands is closed in the end, the last first, also where a later part does not start.
  await using parts = new AsyncDisposableStack()
  const identity = parts.adopt(await identityProcess(), (part) => part.close())
  const world = parts.adopt(await gatewayWith(identity, options), (part) => part.close())
  const opened = parts.move()
  return { ...world, identity, close: () => opened.disposeAsync() }
}

/** The same with an identity provider that the test has. */
export async function gatewayWith(
  identity: Pick<IdentityProcess, 'issuer' | 'tokenOf'>,
  options: GateWorldOptions & GatewayOptions = {},
): Promise<GateAndGateway> {
  await using parts = new AsyncDisposableStack()
  const gate = parts.adopt(await gateWorld({ ...options, workerless: true }), (part) =>
    part.close(),
  )
  const gateway = parts.adopt(await listeningGateway(identity, gate, options), (part) =>
    part.app.close(),
  )
  if (!options.workerless) {
    const { publicKey } = gateway
    parts.adopt(await gateWorker({ ...gate.workerInput, publicKey }, options.script), (part) =>
      part.stop(),
    )
  }
  const opened = parts.move()
  return { ...gateway, gate, close: () => opened.disposeAsync() }
}
