import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../deploy/local/free-port.ts'

const program = fileURLToPath(new URL('../../deploy/local/identity-server.ts', import.meta.url))
const localGrant = 'urn:driftgate:local-only:sign-in-as'

export interface IdentityProcess {
  readonly issuer: string
  /** Where the secret of the client that answers drills is kept. */
  readonly drillSecretFile: string
  /** An access token of a ready-made person. */
  tokenOf(person: string): Promise<string>
  /** Ends the process and starts it again with the keys it has. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** The project's own identity server as a process, on a free port, with a folder of its own. */
export async function identityProcess(): Promise<IdentityProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'driftgate-identity-'))
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  let child = await start(port, folder)
  return {
    issuer,
    drillSecretFile: join(folder, 'drill-secret'),
    async tokenOf(person) {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: localGrant,
          client_id: 'driftgate-cli',
          person,
        }),
      })
      const body = (await response.json()) as { access_token?: string }
      if (!body.access_token) throw new Error(`no token for ${person}: ${JSON.stringify(body)}`)
      return body.access_token
    },
    async restart() {
      await stop(child)
      child = await start(port, folder)
    },
    async close() {
      await stop(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function start(port: number, folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, '--port', `${port}`, '--folder', folder])
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      said += bytes
    })
  }
  while (!said.includes('trying out only')) {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    if (child.exitCode !== null) throw new Error(`the identity server ended: ${said}`)
  }
  return child
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill()
  await once(child, 'exit')
}
