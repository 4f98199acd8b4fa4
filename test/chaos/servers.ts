import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { down, type Progress, status, up } from '../../deploy/local/index.ts'

/** Servers that can be killed, by the name of their program. */
export type ServerName = 'kafka' | 'postgres' | 'temporal'

export interface ChaosServers {
  /** Empty where none was asked for. */
  readonly kafka: string
  readonly postgres: string
  readonly temporal: string
  /** `kill -9`; resolves when the process is gone. */
  kill(name: ServerName): Promise<void>
  /** Starts it again where it was, and waits until it answers. */
  start(name: ServerName): Promise<void>
  close(): Promise<void>
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
    const addresses = await up({ folder, only: names, onProgress })
    const { kafka = '', postgres = '', temporal = '' } = addresses
    return {
      ...{ kafka, postgres, temporal },
      async kill(name) {
        const { pid } = running(name) ?? {}
        if (pid === undefined) throw new Error(`${name} does not run`)
        process.kill(pid, 'SIGKILL')
        while (running(name)) await sleep(20)
      },
      async start(name) {
        await up({ folder, only: [name] })
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
