import { freePort, isFree } from './free-port.ts'
import { isAlive } from './process-identity.ts'
import { changeState, readState } from './state.ts'
import { type PortName, portOwners, preferredPorts } from './versions.ts'

/**
 * Ports of a project, chosen once and kept: the preferred one when it is free, else any free one. A running
 * server keeps its own. One that does not run gets another port where somebody else has taken its old one:
 * otherwise that somebody would answer in its place.
 */
export async function portsOf<Name extends PortName>(
  folder: string,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const { ports: kept, programs } = readState(folder)
  const taken = new Set(Object.values(kept))
  const chosen: Partial<Record<PortName, number>> = {}
  for (const name of names) {
    const before = kept[name]
    if (before !== undefined) {
      const owner = programs[portOwners[name]]
      if (owner !== undefined && isAlive(owner)) continue
      if (await isFreeSoon(before, owner === undefined ? 0 : leavingMs)) continue
    }
    let port = preferredPorts[name] as number
    if (taken.has(port) || !(await isFree(port))) port = await freePort()
    taken.add(port)
    chosen[name] = port
  }
  const { ports } = changeState(folder, (state) => Object.assign(state.ports, chosen))
  return Object.fromEntries(names.map((name) => [name, ports[name]])) as Record<Name, number>
}

/** A process that was killed may hold its port a moment longer than its id: its threads end one after the other. */
const leavingMs = 3_000

async function isFreeSoon(port: number, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; ; ) {
    if (await isFree(port)) return true
    if (performance.now() >= end) return false
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
