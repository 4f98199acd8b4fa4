import { connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly url: string
  /** Requests that were cut after they had been delivered. */
  readonly cuts: number
  /** From now on the next `count` connections lose their answer. */
  cutNext(count: number): void
  close(): Promise<void>
}

/**
 * A TCP proxy before a server. A connection that is to be cut delivers its request, and when the
 * first byte of the answer arrives, the client's side is torn down instead of passing it on: the
 * server did the work, the client never learns of it.
 */
export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let toCut = 0
  let cuts = 0
  const server = createServer((client) => {
    const cut = toCut > 0
    if (cut) toCut--
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream)
    upstream.on('data', (bytes) => {
      if (!cut) return void client.write(bytes)
      cuts++
      client.resetAndDestroy()
      upstream.destroy()
    })
    upstream.on('end', () => client.end())
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${address.port}`,
    get cuts() {
      return cuts
    },
    cutNext(count) {
      toCut = count
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
