import { createServer } from 'node:net'

/**
 * Below 32768, where no system hands out ports for outgoing connections: one from there could be taken by any
 * connection between the moment it is found free and the moment the metrics listen.
 */
const first = 20_000
const last = 32_767

/** A port on loopback that nobody listens on. Temporal's runtime takes a port, and cannot say which it was given. */
export async function freeMetricsPort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = first + Math.floor(Math.random() * (last - first + 1))
    if (await isFree(port)) return port
  }
  throw new Error(`no free port between ${first} and ${last}: choose one by --metrics-port`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () =>
      server.close(() => resolve(true)),
    )
  })
}
