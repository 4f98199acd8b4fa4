import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Runs `work` while nobody else on this machine holds the lock of that name. The lock is a listening local
 * socket, so the system lets go of it when its holder dies, however it dies. `onWait` is told once when
 * somebody else holds it.
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  onWait?: () => void,
): Promise<T> {
  let told = false
  for (;;) {
    const release = await take(addressOf(resolve(name)))
    if (release !== null) {
      try {
        return await work()
      } finally {
        await release()
      }
    }
    if (!told) onWait?.()
    told = true
    await new Promise((wake) => setTimeout(wake, 100))
  }
}

/** Takes the lock of that name until this process ends; false where somebody holds it. It keeps nothing alive. */
export async function claim(name: string): Promise<boolean> {
  return (await take(addressOf(name), { lasting: true })) !== null
}

/** Linux has socket names outside the file system that vanish with their owner; elsewhere it is a file. */
function addressOf(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 24)
  return process.platform === 'linux'
    ? `\0driftgate-${digest}`
    : join(tmpdir(), `driftgate-${digest}.sock`)
}

function take(address: string, { lasting = false } = {}): Promise<(() => Promise<void>) | null> {
  const server = createServer((socket) => socket.destroy())
  if (lasting) server.unref()
  return new Promise((settle, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? settle(null) : reject(error),
    )
    server.listen(address, () => {
      settle(async () => {
        await new Promise((closed) => server.close(closed))
        if (!address.startsWith('\0')) rmSync(address, { force: true })
      })
    })
  })
}
