import { createServer } from 'node:net'
import { changeState, readState } from './state.ts'
import { type PortName, preferredPorts } from './versions.ts'

/**
 * Ports of a project, chosen once and kept: the preferred one when it is free, else any free one.
 * Only names that have no port yet are looked at, so a running server keeps its own.
 */
export async function portsOf<Name extends PortName>(
  folder: string,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const kept = readState(folder).ports
  const taken = new Set(Object.values(kept))
  const chosen: Partial<Record<PortName, number>> = {}
  for (const name of names) {
    if (kept[name] !== undefined) continue
    let port = preferredPorts[name] as number
    if (taken.has(port) || !(await isFree(port))) port = await anyFreePort(taken)
    taken.add(port)
    chosen[name] = port
  }
  const { ports } = changeState(folder, (state) => Object.assign(state.ports, chosen))
  return Object.fromEntries(names.map((name) => [name, ports[name]])) as Record<Name, number>
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () =>
      server.close(() => resolve(true)),
    )
  })
}

function anyFreePort(taken: ReadonlySet<number | undefined>): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(taken.has(port) ? anyFreePort(taken) : port))
    })
  })
}
