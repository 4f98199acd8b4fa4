import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../deploy/local/free-port.ts'
import { down, type Progress, status, up } from '../../deploy/local/index.ts'
import { type SynapseSecrets, synapseSecrets } from '../../deploy/local/synapse/secrets.ts'
import { localChannel, startSynapse } from '../../deploy/local/synapse.ts'

/** Servers that can be killed, by the name of their program. */
export type ServerName = 'kafka' | 'postgres' | 'temporal' | 'synapse'

export interface ChaosServers {
  /** Empty where none was asked for. */
  readonly kafka: string
  readonly postgres: string
  readonly temporal: string
  /** A Matrix server with one bot; null where none was asked for. */
  readonly matrix: MatrixPlace | null
  /** `kill -9`; resolves when the process is gone. */
  kill(name: ServerName): Promise<void>
  /** Starts it again where it was, and waits until it answers. */
  start(name: ServerName): Promise<void>
  close(): Promise<void>
}

export interface MatrixPlace {
  readonly url: string
  readonly secrets: SynapseSecrets
  /** Where what is said in the bot's rooms is sent, to `/chat/matrix/<localChannel>`. */
  readonly pushPort: number
}

/** Real servers of the run's own, to be killed. */
export async function chaosServers(
  names: readonly ServerName[],
  onProgress: (progress: Progress) => void = () => {},
): Promise<ChaosServers> {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-chaos-'))
  // PostgreSQL runs as another user where the run's own is root.
  chmodSync(folder, 0o755)
  const close = async () => {
    await down(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  const running = (name: ServerName) =>
    status(folder).find((program) => program.name === name && program.running)
  try {
    const only = names.filter((name) => name !== 'synapse')
    const startMatrix = names.includes('synapse') ? await matrixIn(folder) : null
    const [addresses, matrix = null] = await Promise.all([
      up({ folder, only, onProgress }),
      startMatrix?.(),
    ])
    const { kafka = '', postgres = '', temporal = '' } = addresses
    return {
      ...{ kafka, postgres, temporal, matrix },
      async kill(name) {
        const { pid } = running(name) ?? {}
        if (pid === undefined) throw new Error(`${name} does not run`)
        process.kill(pid, 'SIGKILL')
        while (running(name)) await sleep(20)
      },
      async start(name) {
        if (name === 'synapse') await startMatrix?.()
        else await up({ folder, only: [name] })
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Where it stands, it stands again after its death: the same ports, the same bot. */
async function matrixIn(folder: string): Promise<() => Promise<MatrixPlace>> {
  const [port, pushPort] = [await freePort(), await freePort()]
  const pushTo = `http://127.0.0.1:${pushPort}/chat/matrix/${localChannel}`
  return async () => {
    const bots = [{ name: 'driftgate', pushTo }]
    const url = await startSynapse({ folder, port, bots, say: () => {} })
    return { url, secrets: synapseSecrets(folder), pushPort }
  }
}
