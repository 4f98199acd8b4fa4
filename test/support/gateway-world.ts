import { gateWorker } from './gate-worker.ts'
import { type GateWorldOptions, gateWorld } from './gate-world.ts'
import { type IdentityProcess, identityProcess } from './identity-process.ts'
import {
  type GatewayOptions,
  type ListeningGateway,
  listeningGateway,
} from './listening-gateway.ts'

export interface GatewayWorld extends ListeningGateway {
  readonly identity: IdentityProcess
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
  return { ...gateway, identity, gate, close: () => opened.disposeAsync() }
}
