import { connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly url: string
  /** Requests that were cut after they had been delivered. */
  readonly cuts: number
  /** From now on the next `count` answers are lost. */
  cutNext(count: number): void
  /** Lets `count` answers pass and loses the one after them. */
  cutAfter(count: number): void
  close(): Promise<void>
}

/**
 * A TCP proxy before a server. Where an answer is to be lost the request is delivered, and when the
 * first bytes of the answer arrive, the client's side is torn down instead of passing them on: the
 * server did the work, the client never learns of it. A request on a connection that is kept open
 * counts as one of its own.
 */
export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let toPass = 0
  let toCut = 0
  let cuts = 0
  const server = createServer((client) => {
    let asked = false
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (bytes) => {
      asked = true
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      const first = asked
      asked = false
      if (!first || toCut === 0) return void client.write(bytes)
      if (toPass > 0) {
        toPass--
        return void client.write(bytes)
      }
      toCut--
      cuts++
      client.resetAndDestroy()
      upstream.destroy()
    })
    // A server that is not there refuses; whoever asks shall not wait for their own patience to end.
    upstream.on('error', () => client.destroy())
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
      toPass = 0
      toCut = count
    },
    cutAfter(count) {
      toPass = count
      toCut = 1
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
