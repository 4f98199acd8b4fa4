import { createServer } from 'node:net'
import { claim } from './lock.ts'

/**
 * Below 32768, where no system hands out ports for outgoing connections: a port from there can be taken by any
 * connection between the moment it is found free and the moment its server listens.
 */
const first = 20_000
const last = 32_767

/** A port that nobody listens on and no other caller on this machine is given while this process lives. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = first + Math.floor(Math.random() * (last - first + 1))
    if ((await claim(`port ${port}`)) && (await isFree(port))) return port
  }
  throw new Error(`no free port between ${first} and ${last} on 127.0.0.1`)
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
